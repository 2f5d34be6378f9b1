"""Secrets within the vendor's meeting fields: given by name, `{secret_from: NAME}`, and never written down.

Which fields hold one is told by their names, wherever they stand (API reference: those of `storage_config`,
`rtmp_url` of `live_streaming_config` and `rtmp_out_config`); an address with a key or password, by its form.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

FROM = "secret_from"
"""The one key of a mapping that stands in place of a secret."""

Path = tuple[str | int, ...]
"""The keys, and places in lists, that lead to a value."""

_NAME = re.compile(r"(?=.{1,64}\Z)(?!.*_FILE\Z)[A-Z0-9]+(_[A-Z0-9]+)*", re.ASCII | re.IGNORECASE)
_HOLDS_ONE = re.compile(
    r"(secret|passw(or)?d|passphrase|(private|access|secret|api|stream)[_-]?key([_-]?id)?|token|credentials?"
    r"|authorization|(rtmps?|srt)[_-]?ur[li])\Z",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\s*(rtmp[a-z]*|srt)://|-----BEGIN [A-Z ]*PRIVATE KEY|[a-z][a-z0-9+.-]*://[^/\s]*:[^/\s]*@",
    re.IGNORECASE,
)


def variable_of(name: str) -> str:
    """Return the setting that holds the secret of this name."""
    return f"CUELIGHT_SECRETS__{name.upper()}"


def is_name(text: object) -> bool:
    """Whether this can name a secret: letters and digits, joined by single underscores."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def named_by(value: Any) -> str | None:
    """Return the name of the secret that this stands for, in small letters; None: it stands for itself."""
    return value[FROM].lower() if isinstance(value, dict) and is_name(value.get(FROM)) else None


def names_in(value: Any) -> Iterator[str]:
    """Yield the names of all secrets that these fields want."""
    if name := named_by(value):
        yield name
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from names_in(each)


def with_secrets(value: Any, secrets: Mapping[str, str]) -> Any:
    """Return the fields with each secret in its place.

    Raises:
        KeyError: one of the names has none.
    """
    if name := named_by(value):
        return secrets[name]
    match value:
        case dict():
            return {key: with_secrets(each, secrets) for key, each in value.items()}
        case list():
            return [with_secrets(each, secrets) for each in value]
        case _:
            return value


def objections(fields: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield where a secret is written down, or named as nobody can follow it. No value is repeated."""
    for key, value in fields.items():
        yield from _objections(value, (key,), holds_one=_holds_one(key))


def _holds_one(key: str) -> bool:
    return _HOLDS_ONE.search(key) is not None


def _objections(value: Any, path: Path, *, holds_one: bool) -> Iterator[tuple[Path, str]]:
    match value:
        case dict() if FROM in value:
            if len(value) > 1 or not is_name(value[FROM]):
                yield path, _malformed(path)
        case dict():
            for key, each in value.items():
                yield from _objections(each, (*path, key), holds_one=holds_one or _holds_one(key))
        case list():
            for number, each in enumerate(value):
                yield from _objections(each, (*path, number), holds_one=holds_one)
        case None | bool():
            pass
        case _:
            if holds_one or (isinstance(value, str) and _TELLING.search(value)):
                yield path, _in_clear(path)


def _in_clear(path: Path) -> str:
    cure = f'write {{"{FROM}": "NAME"}} in its place, and set {variable_of("NAME")}'
    return f"{_dotted(path)}: a secret must not be written here: {cure}"


def _malformed(path: Path) -> str:
    what = "one name, of letters and digits joined by single underscores, and nothing beside it"
    return f'{_dotted(path)}: {FROM} takes {what}: {{"{FROM}": "RECORDING_KEY"}}'


def _dotted(path: Path) -> str:
    """Return a path in words. Who writes a key of many characters is not shown all of it."""
    return ".".join("".join(filter(str.isprintable, str(each)))[:40] for each in path)
