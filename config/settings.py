"""How this installation is set up. Flag > environment > configuration file > default."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.setting_types import (
    Address,
    AlertAddress,
    Credential,
    DailyTime,
    DatabaseUrl,
    Duration,
    Flavour,
    HeaderName,
    HostService,
    HttpToken,
    Id,
    JoinUrl,
    LogFormat,
    LogLevel,
    MeetingSecret,
    NetworkList,
    Ping,
    Port,
    ScopeList,
    Scopes,
    SecretName,
    ServiceName,
    SigningSecret,
    TokenName,
    WebhookAddress,
    WhenClean,
    is_loopback,
)
from config.settings_problems import known_variables, of_validation, of_variables
from config.sources import PREFIX, Gathered, gather, variable

_STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

NEEDED = {
    Flavour.REALTIMEKIT: ("account_id", "app_id", "api_token"),
    Flavour.DYTE: ("org_id", "api_key"),
    Flavour.REALTIME_V2: ("org_id", "api_key"),
}
"""The credentials of each flavour (API reference, section 1)."""


class SettingsError(Exception):
    """The settings cannot be used. `problems` says why, each with its cure; no value is ever in it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class AccountSettings(BaseModel):
    """One set of the provider's credentials."""

    model_config = _STRICT

    flavour: Flavour
    account_id: Id | None = None
    app_id: Id | None = None
    api_token: Credential | None = None
    org_id: Id | None = None
    api_key: Credential | None = None
    base_url: Address | None = None
    """Everything before `/meetings`; None: the flavour's default."""
    webhook_key_url: Address | None = None
    """Where the key is published with which webhooks are signed; None: the flavour's own."""
    calls_per_5_minutes: Annotated[int, Field(ge=1, le=1_000_000)] = 1200
    quota: Id = ""
    """Accounts of the same quota share one count of calls; unless set, the account's own name."""
    join_url: JoinUrl | None = None
    """A host's link, with `{token}` in it."""


class Poll(BaseModel):
    """How often the provider is asked."""

    model_config = _STRICT

    starting: Duration = timedelta(seconds=5)
    """While waiting for a stream to start; slower after two minutes."""
    live: Duration = timedelta(seconds=30)
    stopping: Duration = timedelta(seconds=2)
    sweep: Duration = timedelta(minutes=5)
    """Between searches for streams that should not be."""


class AlertSettings(BaseModel):
    """Where alerts go."""

    model_config = _STRICT

    urls: tuple[AlertAddress, ...] = ()
    """Services through apprise, or a webhook. Secret, for they hold tokens."""
    secret: SigningSecret | None = None
    """Signs what is posted to webhooks."""


class WebhookSettings(BaseModel):
    """Where events go."""

    model_config = _STRICT

    urls: tuple[WebhookAddress, ...] = ()
    """Secret, for whoever knows one can post there."""
    secret: SigningSecret | None = None
    """Signs what is posted."""
    former_secret: SigningSecret | None = None
    """Signs it too, until every receiver knows the one above."""


class Reporting(BaseModel):
    """When operators are sent, through the channels for alerts, what happened since the report before."""

    model_config = _STRICT

    at: DailyTime | None = None
    """Once a day; None: never."""
    when_clean: WhenClean = WhenClean.SEND


class Http(BaseModel):
    """The worker's own pages."""

    model_config = _STRICT

    host: str = "127.0.0.1"
    port: Port = 8080
    """0: none."""
    probes_port: Port = 0
    """Another port for /livez, /readyz and /metrics alone; 0: none."""
    token: Credential | None = None
    """Asked for by /metrics and /calendar.ics; allows nothing else."""
    tokens: dict[TokenName, HttpToken] = Field(default_factory=dict)
    """Of people and programs, each by the name that the journal has for whoever uses it."""
    scopes: dict[TokenName, Scopes] = Field(default_factory=dict)
    """What each token allows; unless said, to read."""
    proxy_header: HeaderName = ""
    """In which a server before these pages says whom it has logged in; empty: nobody is believed so."""
    proxy_from: NetworkList = ""
    """From which addresses that header is believed."""
    proxy_scopes: ScopeList = "read"
    """What whoever was logged in there may do."""


class Prices(BaseModel):
    """What the provider charges, before discounts."""

    model_config = _STRICT

    export_minute: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] = Decimal("0.01")
    """Of a livestream or a recording (API reference, section 8)."""
    participant_minute: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)] = Decimal("0.002")
    """Of somebody in a meeting, with picture and sound (API reference, section 8)."""
    month: Annotated[Decimal, Field(gt=0, allow_inf_nan=False)] | None = None
    """What the export of a calendar month may cost before that is an alert; None: whatever it likes."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"

    def of_export(self, minutes: int) -> Decimal:
        """Return what so many minutes of livestream cost, in hundredths of the currency."""
        return (minutes * self.export_minute).quantize(Decimal("0.01"))

    def of_participants(self, minutes: int) -> Decimal:
        """Return what so many minutes of participants cost, in hundredths of the currency."""
        return (minutes * self.participant_minute).quantize(Decimal("0.01"))


class Log(BaseModel):
    """What is logged, and how."""

    model_config = _STRICT

    format: LogFormat = LogFormat.AUTO
    level: LogLevel = LogLevel.INFO


class Settings(BaseSettings):
    """Everything that can be set. Made by `load`; nothing here looks at the process or its files."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
    )

    database_url: DatabaseUrl
    state_dir: Path
    installation: Annotated[str, Field(pattern=r"^[a-z0-9]{4}$")] | None = None
    """The tag of this installation's meetings; None: the database's."""
    schedule: Path | None = None
    """A file that `run` follows."""
    accounts: dict[Id, AccountSettings] = Field(default_factory=dict)
    secrets: dict[SecretName, MeetingSecret] = Field(default_factory=dict)
    """What a schedule's `meeting` names by `secret_from`; sent to the provider, and kept nowhere."""
    notify: dict[ServiceName, HostService] = Field(default_factory=dict)
    """By what hosts are sent their links, by the name that a schedule's `notify` has for it. Secret."""
    poll: Poll = Poll()
    horizon: Duration = timedelta(days=14)
    """How far ahead occurrences are put into the database."""
    keep: Duration = timedelta(days=400)
    """How long the journal is kept."""
    alerts: AlertSettings = AlertSettings()
    webhooks: WebhookSettings = WebhookSettings()
    report: Reporting = Reporting()
    heartbeat_url: Ping | None = None
    """Pinged after completed passes."""
    http: Http = Http()
    cost: Prices = Prices()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the name is pydantic-settings' own
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load` gathered and nothing else: the environment is handed in."""
        return (init_settings,)


def load(
    environ: Mapping[str, str], config_file: Path | None = None, flags: Mapping[str, Any] | None = None
) -> Settings:
    """Gather the settings, check them, and fill in what follows from others.

    `flags` are named as variables are, in lower case and without the prefix: `http__port`. None: not given.

    Raises:
        SettingsError: with every problem at once.
    """
    gathered = gather(Settings, environ, config_file, flags or {})
    known = known_variables(Settings, gathered.accounts or ("default",))
    settings, wrong = _validated(gathered, known)
    problems = (*of_variables(environ, known), *gathered.problems, *wrong)
    if problems or settings is None:
        raise SettingsError(problems)
    inconsistent = tuple(_inconsistent(settings))
    if inconsistent:
        raise SettingsError(inconsistent)
    return settings


def _validated(gathered: Gathered, known: Collection[str]) -> tuple[Settings | None, tuple[str, ...]]:
    try:
        return Settings(**gathered.values), ()
    except ValidationError as error:
        return None, of_validation(error, gathered, known)


def _inconsistent(settings: Settings) -> Iterator[str]:
    """Yield what is wrong between values that are right by themselves."""
    for name, account in settings.accounts.items():
        yield from _credentials(name, account)
    yield from _access(settings.http)
    if settings.report.at and not settings.alerts.urls:
        where, cure = variable(("report", "at")), variable(("alerts", "urls"))
        yield f"{where}: nobody would be sent the report: set {cure}, or unset this"


def _access(http: Http) -> Iterator[str]:
    """Yield what would let in anybody, or nobody."""
    is_public = (http.port or http.probes_port) and not is_loopback(http.host)
    if is_public and http.token is None and not http.tokens:
        yield f"{variable(('http', 'token'))} is missing: {http.host} is reachable from other machines"
    if http.port and http.port == http.probes_port:
        names = (variable(("http", "port")), variable(("http", "probes_port")))
        yield f"{' and '.join(names)} are both {http.port}: set two ports, or one of them"
    for name in sorted(http.scopes.keys() - http.tokens.keys()):
        where = variable(("http", "scopes", name))
        yield f"{where} is of no token: set {variable(('http', 'tokens', name))}, or unset it"
    secrets = [each.get_secret_value() for each in http.tokens.values()]
    if len(set(secrets)) < len(secrets):
        yield f"{variable(('http', 'tokens'))}__*: two have the same value, so that nobody knows whose it is"
    if bool(http.proxy_header) != bool(http.proxy_from):
        names = (variable(("http", "proxy_header")), variable(("http", "proxy_from")))
        yield f"{' and '.join(names)} belong together: set both, or neither"


def _credentials(name: str, account: AccountSettings) -> Iterator[str]:
    """Yield the credentials that the flavour needs and has not, or has and does not need."""
    needed = NEEDED[account.flavour]
    for field in dict.fromkeys(each for fields in NEEDED.values() for each in fields):
        given, where = getattr(account, field) is not None, variable(("accounts", name, field))
        if field in needed and not given:
            yield f"{where} is missing: {account.flavour} needs {' and '.join(needed)}"
        if field not in needed and given:
            yield f"{where} does not apply to {account.flavour}, which needs {' and '.join(needed)}: unset it"
