"""Where settings come from: flags, environment, secret files, credentials, a configuration file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource

from config.problems import Place, Problems, shown
from config.yaml_source import MOST_BYTES, Node, Scalar, Sequence, read
from config.yaml_source import Mapping as YamlMapping

PREFIX = "CUELIGHT_"
DATABASE_FILE = "cuelight.db"

_SECRET = re.compile(
    PREFIX
    + r"(DATABASE_URL|HEARTBEAT_URL|(ALERTS|WEBHOOKS)__(URLS|SECRET)|WEBHOOKS__FORMER_SECRET"
    + r"|HTTP__TOKENS?(__.+)?|(SECRETS|NOTIFY)__.+|ACCOUNTS__.+__(API_TOKEN|API_KEY))",
)
_LONGEST_SECRET = 64 * 1024

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every value by its path, and what went wrong on the way. Values are raw, and secrets among them."""

    values: Values
    problems: tuple[str, ...]
    file: "ConfigFile"
    over_file: Values
    """What came from flags and environment."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts."""
        accounts = self.values.get("accounts")
        return tuple(accounts) if isinstance(accounts, dict) else ()

    def place(self, path: tuple[str, ...]) -> str:
        """Return where a setting was written: a place in the file, or its variable."""
        return variable(path) if _at(self.over_file, path) else self.file.place(path) or variable(path)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The `--config` file, if there is one."""

    path: Path | None
    node: Node | None = None
    problems: tuple[str, ...] = ()

    @property
    def values(self) -> Values:
        """What it says, every value a string."""
        return _strings(self.node) if isinstance(self.node, YamlMapping) else {}

    def place(self, path: tuple[str, ...]) -> str | None:
        """Return `file:line:column: path` if the setting, or something around it, is written here."""
        place: Place | None = None
        node = self.node
        for key in path:
            if not isinstance(node, YamlMapping) or key not in node.keys:
                break
            place, node = node.keys[key], node.items[key]
        return f"{self.path}:{place.line}:{place.column}: {'.'.join(path)}" if place else None


class GivenEnvironment(EnvSettingsSource):
    """The environment that was handed in, read as pydantic-settings reads the process's own."""

    def __init__(self, settings: type[BaseSettings], environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []
        super().__init__(settings)

    def prepare_field_value(
        self,
        field_name: str,
        field: FieldInfo,
        value: Any,
        value_is_complex: bool,  # noqa: FBT001 - the signature is pydantic-settings'
    ) -> Any:
        """Return the value, JSON decoded; note what is none, and go on with the others."""
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except (ValueError, RecursionError):
            name = variable((field_name,))
            self.problems.append(f'{name}...: must be JSON, as in ["first", "second"]')

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environ.items()}


def gather(
    settings: type[BaseSettings],
    environ: Mapping[str, str],
    config_file: Path | None,
    flags: Mapping[str, Any],
) -> Gathered:
    """Put all sources on top of each other; what is wrong with one does not hide the others."""
    problems: list[str] = []
    given = {name: value for name, value in environ.items() if value}
    secrets = dict(_secrets(given, problems))
    variables = {name: value for name, value in given.items() if not names_file(name)}
    environment = GivenEnvironment(settings, {**secrets, **variables})
    over_file = merged(environment(), _nested(flags))
    file = _config_file(config_file)
    values = merged(file.values, over_file)
    _add_defaults(values, given, problems)
    return Gathered(values, (*problems, *environment.problems, *file.problems), file, over_file)


def variable(path: tuple[str, ...]) -> str:
    """Return the name of the variable of a setting."""
    return PREFIX + "__".join(path).upper()


def merged(below: Values, above: Values) -> Values:
    """Return both, where what is above wins."""
    both = {**below, **above}
    shared = (key for key in below if isinstance(below[key], dict) and isinstance(above.get(key), dict))
    return {**both, **{key: merged(below[key], above[key]) for key in shared}}


def _at(values: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def _secrets(given: Mapping[str, str], problems: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the secrets that lie in files: systemd's credentials first, so that a named file wins."""
    for name, path in (*_credentials(given), *_named_files(given)):
        if f"{name}_FILE" in given and name in given:
            problems.append(f"{name} and {name}_FILE are both set: unset one")
        try:
            secret = _content(path)
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "not a short UTF-8 text"
            problems.append(f"{name}: the file {path} cannot be used: {reason}")
        else:
            yield name, secret


def _credentials(given: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    directory = Path(given.get("CREDENTIALS_DIRECTORY", ""))
    if directory.is_absolute() and directory.is_dir():
        for path in sorted(directory.iterdir()):
            if _SECRET.fullmatch(path.name):
                yield path.name, path


def _named_files(given: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    for name, value in given.items():
        if names_file(name):
            yield name.removesuffix("_FILE"), Path(value)


def names_file(name: str) -> bool:
    """Whether a variable names the file that a secret lies in."""
    return name.endswith("_FILE") and _SECRET.fullmatch(name.removesuffix("_FILE")) is not None


def _content(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_LONGEST_SECRET + 1)
    if len(data) > _LONGEST_SECRET:
        raise ValueError("too long")
    return data.decode().strip()


def _nested(flags: Mapping[str, Any]) -> Values:
    values: Values = {}
    for name, value in flags.items():
        if value is None:
            continue
        for key in reversed(name.split("__")):
            value = {key: value}  # noqa: PLW2901 - wrapped from the inside out
        values = merged(values, value)
    return values


def _config_file(path: Path | None) -> ConfigFile:
    if path is None:
        return ConfigFile(None)
    problems = Problems(str(path))
    try:
        with path.open("rb") as file:
            node = read(file.read(MOST_BYTES + 1), problems)
    except OSError as problem:
        return ConfigFile(path, None, (f"{path} cannot be opened: {problem.strerror}",))
    if node is not None and not isinstance(node, YamlMapping):
        problems.error(node.place, "expected a mapping, as in `horizon: 14d`")
    if isinstance(node, YamlMapping):
        _note_private(node, problems)
    _note_nulls(node, problems)
    return ConfigFile(path, node, tuple(str(each) for each in problems.sorted()))


def _strings(node: Node) -> Any:
    match node:
        case YamlMapping():
            return {key: _strings(item) for key, item in node.items.items()}
        case Sequence():
            return [_strings(item) for item in node.items]
        case Scalar():
            return node.text


def _note_private(node: YamlMapping, problems: Problems) -> None:
    """Note keys with which pydantic-settings itself would be set up."""
    for key, place in node.keys.items():
        if key.startswith("_"):
            problems.error(place, f"{shown(key)}: unknown setting")


def _note_nulls(node: Node | None, problems: Problems) -> None:
    match node:
        case YamlMapping():
            for item in node.items.values():
                _note_nulls(item, problems)
        case Sequence():
            for item in node.items:
                _note_nulls(item, problems)
        case Scalar() if node.is_null:
            problems.error(node.place, "the value is empty: write one, or remove the key")
        case _:
            pass


def _add_defaults(values: Values, given: Mapping[str, str], problems: list[str]) -> None:
    """Fill in what follows from others: state folder, database, quota groups."""
    folder = values.setdefault("state_dir", _state_dir(given))
    if folder is None:
        problems.append(f"{variable(('state_dir',))}: set it, because HOME is not set")
        folder = values["state_dir"] = "."
    values.setdefault("database_url", f"sqlite:///{Path(str(folder)) / DATABASE_FILE}")
    accounts = values.get("accounts")
    for name, account in accounts.items() if isinstance(accounts, dict) else ():
        if isinstance(account, dict):
            account.setdefault("quota", name)


def _state_dir(given: Mapping[str, str]) -> str | None:
    """Return systemd's folder when run as a service, else the XDG state folder."""
    if "STATE_DIRECTORY" in given:
        return given["STATE_DIRECTORY"].partition(":")[0]
    if Path(given.get("XDG_STATE_HOME", "")).is_absolute():
        return str(Path(given["XDG_STATE_HOME"]) / "cuelight")
    return str(Path(given["HOME"]) / ".local/state/cuelight") if "HOME" in given else None
