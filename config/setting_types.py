"""The types of settings. A message never repeats a value: it could be a secret."""

import ipaddress
import re
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, SecretStr

from config.access import Scope, networks, scopes
from config.secret_fields import is_name
from config.signing_secret import key
from jobs.schedule import durations
from jobs.schedule.daily import Daily
from jobs.schedule.local_time import zone_of

SHORTEST_SECRET = 8
"""Characters. A shorter one is no secret, and to hide it would hide the half of every line."""
SHORTEST_TOKEN = 16
"""Characters of what lets somebody in over a network."""
HOST_ADDRESS = "{to}"
"""Stands in a service's address for that of the host who is to be told."""

_WEB = ("https", "http")
_DAILY = re.compile(r"([01]\d|2[0-3]):([0-5]\d) (\S+)")


class Flavour(StrEnum):
    """Which vendor's API an account speaks (API reference, section 1)."""

    REALTIMEKIT = "realtimekit"
    DYTE = "dyte"
    REALTIME_V2 = "realtime-v2"


class LogFormat(StrEnum):
    """How log lines are written."""

    AUTO = "auto"
    """JSON when stderr is not a terminal."""
    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """The least important lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class WhenClean(StrEnum):
    """What becomes of a report that has nothing to report."""

    SEND = "send"
    """It is one line."""
    SILENT = "silent"
    """Nobody is sent anything."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, so that nothing said to it is heard on a network."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _duration(value: Any) -> Any:
    try:
        return durations.parse(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("write a duration as 90s, 15m, 1h30m or 2d") from None


def _daily(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not (found := _DAILY.fullmatch(value.strip())):
        raise ValueError("write a local time and a zone, as in 07:00 Europe/Berlin")
    hour, minute, zone = found.groups()
    try:
        return Daily(time(int(hour), int(minute)), zone_of(zone))
    except ValueError:
        raise ValueError("unknown time zone: write its IANA name, as in 07:00 Europe/Berlin") from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("write a duration longer than 0s")
    return value


def address(url: str) -> str:
    """Return a URL without its last slash; plain http only to this machine, and never with credentials.

    Raises:
        ValueError: it is none, with the cure.
    """
    url = _tidy(url)
    parts = _web(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("write the URL alone, without credentials, ? or #")
    return url.rstrip("/")


def _tidy(url: str) -> str:
    """Return the URL without blanks around it, and its scheme in small letters."""
    scheme, separator, rest = url.strip().partition("://")
    return f"{scheme.lower()}{separator}{rest}"


def _web(url: str) -> SplitResult:
    """Return the parts of a tidy URL; plain http only to this machine.

    Raises:
        ValueError: it is none, with the cure.
    """
    try:
        parts, host = urlsplit(url), urlsplit(url).hostname
    except ValueError:  # Its text quotes the URL.
        host = None
    if not host or parts.scheme not in _WEB:
        raise ValueError("write a URL that begins with https://")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("plain http is for this machine only (127.0.0.1, ::1, localhost): write https://")
    return parts


def _ping(url: SecretStr) -> SecretStr:
    tidy = _tidy(url.get_secret_value())
    _web(tidy)
    return SecretStr(tidy)


def _alert_address(url: SecretStr) -> SecretStr:
    """Services through apprise are its own business; what is posted by us goes the way of everything else."""
    tidy = _tidy(url.get_secret_value())
    return _ping(url) if tidy.partition(":")[0] in _WEB else SecretStr(tidy)


def _host_service(url: SecretStr) -> SecretStr:
    tidy = _tidy(url.get_secret_value())
    if "://" not in tidy or HOST_ADDRESS not in tidy:
        raise ValueError(f"write an address of apprise's with {HOST_ADDRESS} where the host's own belongs")
    return SecretStr(tidy)


def _database(url: SecretStr) -> SecretStr:
    if url.get_secret_value().partition("://")[0] not in {"sqlite", "postgresql"}:
        raise ValueError("write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    return url


def _join(template: str) -> str:
    template = _tidy(template)
    parts = urlsplit(template)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if "{token}" not in template or not (parts.scheme == "https" or local):
        raise ValueError("write a URL that begins with https:// and contains {token}")
    return template


def _unpadded(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        raise ValueError("empty, or with a blank or a line break in it")
    if len(secret.get_secret_value()) < SHORTEST_SECRET:
        cure = "too short to be a secret: use a longer one"
        raise ValueError(f"shorter than {SHORTEST_SECRET} characters, {cure}")
    return secret


def _signing_secret(secret: SecretStr) -> SecretStr:
    key(_unpadded(secret).get_secret_value())
    return secret


def _lines(secret: SecretStr) -> SecretStr:
    """It may have blanks, and lines as a private key has, which then end with a line break."""
    text = secret.get_secret_value().strip()
    if not all(each.isprintable() or each == "\n" for each in text.replace("\r\n", "\n")):
        raise ValueError("a character in it that text cannot contain")
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"shorter than {SHORTEST_SECRET} characters, too short to be a secret")
    return SecretStr(f"{text}\n" if "\n" in text else text)


def _secret_name(name: str) -> str:
    if not is_name(name):
        raise ValueError("name a secret by letters and digits, joined by single underscores: RECORDING_KEY")
    return name.lower()


def _service_name(name: str) -> str:
    if not is_name(name):
        raise ValueError("name a service by letters and digits, joined by single underscores: MAIL")
    return name.lower()


def _http_token(secret: SecretStr) -> SecretStr:
    if len(_unpadded(secret).get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"shorter than {SHORTEST_TOKEN} characters: make one with `openssl rand -hex 24`")
    return secret


def _token_name(name: str) -> str:
    if not is_name(name):
        raise ValueError("name a token by letters and digits, joined by single underscores: BOOKING_TOOL")
    return name.lower()


def _scopes(value: Any) -> Any:
    return scopes(value) if isinstance(value, str) else value


def _scope_list(text: str) -> str:
    scopes(text)
    return text


def _network_list(text: str) -> str:
    networks(text)
    return text


Duration = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_positive)]
"""Written as 90s, 15m, 1h30m or 2d."""
DailyTime = Annotated[InstanceOf[Daily], BeforeValidator(_daily)]
"""Written as `07:00 Europe/Berlin`."""
Address = Annotated[str, AfterValidator(address)]
Ping = Annotated[SecretStr, AfterValidator(_ping)]
WebhookAddress = Ping
AlertAddress = Annotated[SecretStr, AfterValidator(_alert_address)]
HostService = Annotated[SecretStr, AfterValidator(_host_service)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
JoinUrl = Annotated[str, AfterValidator(_join)]
Credential = Annotated[SecretStr, AfterValidator(_unpadded)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing_secret)]
MeetingSecret = Annotated[SecretStr, AfterValidator(_lines)]
"""What a meeting is given of others: the key of a storage, an RTMP server's address with its key."""
SecretName = Annotated[str, AfterValidator(_secret_name)]
"""In small letters: a variable is no other for being written in capitals."""
ServiceName = Annotated[str, AfterValidator(_service_name)]
"""In small letters, as above."""
HttpToken = Annotated[SecretStr, AfterValidator(_http_token)]
TokenName = Annotated[str, AfterValidator(_token_name)]
"""In small letters, as above."""
Scopes = Annotated[frozenset[Scope], BeforeValidator(_scopes)]
ScopeList = Annotated[str, AfterValidator(_scope_list)]
NetworkList = Annotated[str, AfterValidator(_network_list)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,100}$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,200}$")]
Port = Annotated[int, Field(ge=0, le=65535)]
