"""`hosts`: who is added to the meeting."""

from config import scalars
from config.bounds import too_many_hosts
from config.problems import Problems
from config.readers import each, fields, scalar
from config.yaml_source import Node
from jobs.model import Host


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


def _host(node: Node, problems: Problems) -> Host | None:
    readers = {"name": scalar(scalars.line), "preset": scalar(scalars.name), "id": scalar(scalars.name)}
    found = fields(readers, required=readers)(node, problems)
    return Host(**found) if found and len(found) == len(readers) else None
