"""A schedule file -> entries, or everything that is wrong with it."""

from collections.abc import Collection, Iterable
from collections.abc import Mapping as ByName
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config import scalars
from config.calendar_model import entry, masked
from config.checks import check
from config.crowds import Outlook, ahead, note_crowds
from config.entry_model import DEFAULTS, Defaults, Written
from config.flavour_fields import note_fields
from config.host_model import note_services
from config.lint import lint, note_renames
from config.problems import Place, Problem, Problems, ProblemSeverity, likely
from config.readers import Reader, fields, kind, scalar
from config.secret_fields import FROM, is_name, variable_of
from config.yaml_source import MOST_BYTES, Mapping, Node, Scalar, Sequence, read
from jobs.schedule.entry import Entry

DEFAULT_ACCOUNT = "default"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a file asks for."""

    entries: tuple[Entry, ...]
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of reading a file: a schedule, unless one of the problems is an error."""

    schedule: Schedule | None
    problems: tuple[Problem, ...]
    text: str = ""
    """What the schedule says, but for the addresses of calendars; empty: there is none."""
    calendars: ByName[str, Place] = field(default_factory=dict)
    """Where each entry that follows a calendar says so, by its key."""


def load(  # noqa: PLR0913, PLR0917  One for each thing that is known beside the file.
    path: Path,
    accounts: Collection[str] | None = None,
    since: datetime | None = None,
    outlook: Outlook | None = None,
    secrets: Collection[str] | None = None,
    before: Collection[Entry] = (),
    services: Collection[str] | None = None,
) -> Reading:
    """Read a schedule file. A file that cannot be opened is a problem like any other."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as problem:
        text = f"cannot be opened: {problem.strerror}"
        return Reading(None, (Problem(str(path), 1, 1, ProblemSeverity.ERROR, text),))
    return parse(data, str(path), accounts, since, outlook, secrets, before, services)


def parse(  # noqa: PLR0913, PLR0917  One for each thing that the settings know.
    data: bytes,
    file: str,
    accounts: Collection[str] | None = None,
    since: datetime | None = None,
    outlook: Outlook | None = None,
    secrets: Collection[str] | None = None,
    before: Collection[Entry] = (),
    services: Collection[str] | None = None,
) -> Reading:
    """Read a schedule from its bytes.

    `accounts`: the names that the settings know; None: not checked. Where it has their flavours, too, as a
    mapping, meeting fields that a flavour does not take are remarked on. `since`: clock changes and
    collisions are looked for from here on; None: from each entry's start. `outlook`: where to look for what
    no quota carries, and for what is valid and hardly meant; None: nowhere. `secrets`, `services`: the names
    that the settings know; None: not checked. `before`: the entries of an earlier schedule, to tell what was
    renamed.
    """
    problems = Problems(file)
    node = read(data, problems)
    document = _document(node, accounts, since, problems) if node else None
    if node and secrets is not None:
        _secrets(node, {each.lower() for each in secrets}, problems)
    if node and services is not None:
        note_services(node, services, problems)
    if document and outlook and not problems.any_errors:
        entries = [ahead(each, outlook) for each in document.written]
        note_crowds(entries, outlook, problems)
        lint(entries, outlook.since, problems)
    if document and before:
        note_renames(document.written, before, problems)
    if document and isinstance(accounts, ByName):
        note_fields(document.written, accounts, DEFAULT_ACCOUNT, problems)
    text = masked(data.decode(), document.written, problems) if document else ""
    if document is None or problems.any_errors:
        return Reading(None, problems.sorted())
    schedule = Schedule(tuple(each.entry for each in document.written), document.zone)
    following = {each.entry.key: each.place("calendar") for each in document.written if each.entry.calendar}
    return Reading(schedule, problems.sorted(), text, following)


def _list(node: Node, problems: Problems) -> Sequence | None:
    if isinstance(node, Sequence) and node.items:
        return node
    what = "an empty list" if isinstance(node, Sequence) else kind(node)
    problems.error(node.place, f"expected broadcasts, each as `- key: ...`, not {what}")
    return None


_DEFAULTS: Reader = fields(DEFAULTS)
_DOCUMENT: Reader = fields(
    {"timezone": scalar(scalars.zone), "defaults": _DEFAULTS, "broadcasts": _list}, required=["broadcasts"]
)


@dataclass(frozen=True, slots=True)
class _Document:
    written: list[Written]
    zone: str | None


def _document(
    node: Node, accounts: Collection[str] | None, since: datetime | None, problems: Problems
) -> _Document | None:
    if isinstance(node, Sequence):
        problems.error(node.place, "a list at the top: write `broadcasts:` above it")
        return None
    document = _DOCUMENT(node, problems)
    if document is None or "broadcasts" not in document:
        return None
    defaults = Defaults(document.get("timezone"), document.get("defaults", {}))
    entries = _entries(document["broadcasts"], defaults, since, problems)
    _keys(entries, problems)
    _accounts(entries, accounts, problems)
    return _Document(entries, defaults.zone)


def _entries(
    broadcasts: Sequence, defaults: Defaults, since: datetime | None, problems: Problems
) -> list[Written]:
    entries = []
    for node in broadcasts.items:
        written = None if problems.too_many else entry(node, defaults, problems)
        if written:
            check(written, since, problems)
            entries.append(written)
    return entries


def _keys(entries: Iterable[Written], problems: Problems) -> None:
    """Note keys that stand for two entries, now or by `was`."""
    firsts: dict[str, Written] = {}
    for each in entries:
        first = firsts.setdefault(each.entry.key, each)
        if first is not each:
            line = first.place("key").line
            problems.error(each.place("key"), f"{each.entry.key} is also the key of the entry in line {line}")
    _heirs(entries, firsts, problems)


def _heirs(entries: Iterable[Written], keys: Collection[str], problems: Problems) -> None:
    heirs: dict[str, Written] = {}
    for each in entries:
        if each.entry.was in keys:
            problems.error(each.place("was"), f"{each.entry.was} is still the key of an entry")
        elif each.entry.was and heirs.setdefault(each.entry.was, each) is not each:
            problems.error(each.place("was"), f"two entries say `was: {each.entry.was}`: only one can")


def _accounts(entries: Iterable[Written], accounts: Collection[str] | None, problems: Problems) -> None:
    """Note accounts that the settings do not know."""
    if accounts is None:
        return
    for each in entries:
        name = each.entry.options.get("account", DEFAULT_ACCOUNT)
        if name not in accounts:
            place = each.place("account" if each.own("account") else "key")
            problems.error(place, f"no settings for account {name}{_cure(name, accounts)}")


def _secrets(node: Node, known: Collection[str], problems: Problems) -> None:
    """Remark on secrets that are not set here: the worker may have them where it runs."""
    match node:
        case Mapping() if FROM in node.items:
            name = node.items[FROM]
            if isinstance(name, Scalar) and is_name(name.text) and name.text.lower() not in known:
                variables = [variable_of(each) for each in known]
                cure = likely(variable_of(name.text), variables) or f"; set {variable_of(name.text)} there"
                problems.warning(name.place, f"the secret {name.text} is not set here{cure}")
        case Mapping() | Sequence():
            for each in node.items.values() if isinstance(node, Mapping) else node.items:
                _secrets(each, known, problems)
        case _:
            pass


def _cure(name: str, accounts: Collection[str]) -> str:
    return likely(name, accounts) or f"; set CUELIGHT_ACCOUNTS__{name.upper()}__FLAVOUR and its credentials"
