"""`hosts`: who is added to the meeting, and how they are told of it."""

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import timedelta
from typing import Any

from config import scalars
from config.bounds import too_many_hosts
from config.problems import Problems, likely
from config.readers import Reader, each, fields, scalar
from config.yaml_source import Mapping, Node, Scalar, Sequence
from jobs import contact
from jobs.contact import Contact
from jobs.model import Host
from jobs.schedule.entry import Entry

_NEEDS_NOTIFY = ("remind", "zone")


def _remind(node: Node, problems: Problems) -> tuple[timedelta, ...] | None:
    found = each(scalar(scalars.duration(contact.SHORTEST)))(node, problems)
    try:
        return None if found is None else contact.leads(found)
    except ValueError as problem:
        problems.error(node.place, str(problem))
        return None


HOST: Table[str, Reader] = {
    "name": scalar(scalars.line),
    "preset": scalar(scalars.name),
    "id": scalar(scalars.name),
    "notify": scalar(contact.address),
    "remind": _remind,
    "zone": scalar(scalars.zone),
}
REQUIRED = ("name", "preset", "id")


def hosts(node: Node, problems: Problems) -> tuple[Host, ...] | None:
    """Read the hosts of an entry, each with an id of its own."""
    found: tuple[Host, ...] | None = each(_host)(node, problems)
    if found and len({host.id for host in found}) < len(found):
        problems.error(node.place, "two hosts have the same id")
        return None
    if found and (reason := too_many_hosts(found)):
        problems.error(node.place, reason)
        return None
    return found


def with_zones(entry: Entry) -> Entry:
    """Return the entry with its zone for each host who is told of it and has no other."""
    changes = {
        suffix: replace(each, options=_in_zone(each.options, entry.zone))
        for suffix, each in entry.changes.items()
    }
    return replace(entry, options=_in_zone(entry.options, entry.zone), changes=changes)


def note_services(node: Node, known: Collection[str], problems: Problems) -> None:
    """Note hosts who are to be told by a service that the settings do not know."""
    for place, service in _services(node):
        if service.lower() not in known:
            variable = f"CUELIGHT_NOTIFY__{service.upper()}"
            cure = likely(service.lower(), known) or f"; set {variable} to its address"
            problems.error(place.place, f"no settings for the service {service}{cure}")


def _services(node: Node) -> Iterator[tuple[Scalar, str]]:
    """Yield where a service is named, and its name."""
    match node:
        case Mapping():
            for key, item in node.items.items():
                if key == "notify" and isinstance(item, Scalar) and ":" in item.text:
                    yield item, item.text.partition(":")[0]
                elif key != "meeting":  # Its fields are the provider's.
                    yield from _services(item)
        case Sequence():
            for item in node.items:
                yield from _services(item)
        case _:
            pass


def _in_zone(options: Table[str, Any], zone: str) -> Table[str, Any]:
    if "hosts" not in options:
        return options
    return {**options, "hosts": tuple(_told_in(zone, host) for host in options["hosts"])}


def _told_in(zone: str, host: Host) -> Host:
    if host.contact is None or host.contact.zone:
        return host
    return replace(host, contact=replace(host.contact, zone=zone))


def _host(node: Node, problems: Problems) -> Host | None:
    found = fields(HOST, required=REQUIRED)(node, problems)
    if found is None or not isinstance(node, Mapping) or not _is_to_be_told(node, problems):
        return None
    if len(found) < len(node.items) or not all(name in found for name in REQUIRED):
        return None
    told = _contact(found) if "notify" in found else None
    return Host(found["id"], found["name"], found["preset"], told)


def _is_to_be_told(node: Mapping, problems: Problems) -> bool:
    """Whether it says where the host is told, if it says how."""
    lost = [key for key in _NEEDS_NOTIFY if key in node.items and "notify" not in node.items]
    for key in lost:
        problems.error(node.keys[key], f"{key} needs `notify`: add it, or remove {key}")
    return not lost


def _contact(found: Table[str, Any]) -> Contact:
    return Contact(found["notify"], found.get("remind", contact.USUAL), found.get("zone", ""))
