"""Two columns of a row and the hosts they name: who they are, and how they are told.

They are two because a program of the release before takes no host with further keys; what it does not know
of the second column it leaves as it is, so that one may name hosts who are not there any more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from config.bounds import LONGEST_NAME, too_many_hosts
from jobs import contact
from jobs.contact import Contact
from jobs.model import Host
from jobs.schedule import durations
from jobs.schedule.local_time import zone_of
from worker.store.queries import json_text
from worker.store.queries.one_line import one_line

_HOST = frozenset({"id", "name", "preset"})
_CONTACT = frozenset({"to", "remind", "zone"})
_AS = 'write {"studio-1": {"to": "mail:anna@example.org", "remind": ["24h", "15m"], "zone": "Europe/Berlin"}}'


def people(text: str) -> tuple[Host, ...]:
    """Read who is added to the meeting.

    Raises:
        ValueError: it is no such list.
    """
    found = tuple(_host(each) for each in json_text.array(text))
    if reason := too_many_hosts(found):
        raise ValueError(reason)
    if len({host.id for host in found}) < len(found):
        raise ValueError("two hosts have the same id")
    return found


def told(hosts: Sequence[Host], text: str) -> tuple[Host, ...]:
    """Return the hosts, each with how they are told, by their ids.

    Raises:
        ValueError: it is no such mapping.
    """
    found = {id_: _contact(each) for id_, each in json_text.mapping(text).items()}
    return tuple(replace(host, contact=found.get(host.id)) for host in hosts)


def of_people(hosts: Sequence[Host]) -> str:
    """Write who they are, as `people` reads it."""
    return json_text.of_hosts(hosts)


def of_contacts(hosts: Sequence[Host]) -> str:
    """Write how they are told, as `told` reads it."""
    return json_text.of_mapping({host.id: _written(host.contact) for host in hosts if host.contact})


def _host(value: Any) -> Host:
    if not isinstance(value, dict) or value.keys() != _HOST:
        raise ValueError('write each host as {"id": ..., "name": ..., "preset": ...}')
    name = one_line(value["name"])
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a host's name has {len(name)} characters, {LONGEST_NAME} at most")
    return Host(id=one_line(value["id"]), name=name, preset=one_line(value["preset"]))


def _contact(value: Any) -> Contact:
    if not isinstance(value, dict) or "to" not in value or not value.keys() <= _CONTACT:
        raise ValueError(_AS)
    zone = one_line(value["zone"]) if value.get("zone") else ""
    leads = _leads(value["remind"]) if "remind" in value else contact.USUAL
    return Contact(contact.address(one_line(value["to"])), leads, zone_of(zone).key if zone else "")


def _leads(value: Any) -> tuple[timedelta, ...]:
    if not isinstance(value, list):
        raise ValueError(_AS)  # noqa: TRY004 - every fault of a row is a ValueError
    return contact.leads([durations.parse(one_line(each)) for each in value])


def _written(told: Contact) -> dict[str, Any]:
    zone = {"zone": told.zone} if told.zone else {}
    return {"to": told.to, "remind": [durations.format(each) for each in told.leads], **zone}
