"""The commands `webhooks register`, `webhooks list`, `webhooks remove`."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import write_json, write_line, write_table
from worker.cli.parameters import JSON, example
from worker.cli.provider import with_client

if TYPE_CHECKING:
    from worker.provider.client import ProviderClient
    from worker.provider.registration import Registered
    from worker.provider.webhooks import Webhook
    from worker.store.store import Store

T = TypeVar("T")

ACCOUNT = click.option("--account", default="default", show_default=True)
HEADINGS = ("webhook", "is", "posts to", "events")


class Address(click.ParamType[str]):
    """Where the provider can reach us."""

    name = "URL"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read https://..., or plain http to this machine."""
        from config.setting_types import address

        try:
            return address(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group(
    epilog=example(
        "cuelight webhooks register https://cuelight.example.org/webhooks/provider",
        "cuelight webhooks list",
        "cuelight webhooks remove 0d1f069d-43bb-489a-ad8c-7eb95592ba8e",
    )
)
def webhooks() -> None:
    """Have the provider notify us at once when a meeting or a livestream starts or ends.

    A notification only makes the worker look sooner; without it everything works, just later.
    """


@webhooks.command(
    epilog=example(
        "cuelight webhooks register https://cuelight.example.org/webhooks/provider",
        "cuelight webhooks register https://cuelight.example.org/webhooks/provider/events --account events",
    )
)
@click.argument("url", type=Address())
@ACCOUNT
@JSON
@pass_context
def register(context: Context, url: str, account: str, *, as_json: bool) -> None:
    """Have the provider post to URL, which must reach /webhooks/provider of the worker's pages.

    With several accounts, each has its own: /webhooks/provider/ACCOUNT. Repeating it changes nothing.
    """
    from worker.provider import registration

    _refuse_anothers(context, url, account)

    async def registered(client: "ProviderClient", tag: str) -> "Registered":
        try:
            return await registration.register(client, tag, url)
        except registration.ForeignError as error:
            cure = "remove it in the provider's dashboard, or choose another address"
            raise click.ClickException(f"{url} is already registered, and {error}: {cure}") from None

    done = _with_tag(context, account, registered)
    if as_json:
        write_json({"did": done.did, "removed": done.removed, **_row(done.webhook, ours=True)})
    else:
        write_line(f"{_told(done)}: {', '.join(done.webhook.events)} are posted to {done.webhook.url}")
    if not context.settings().http.port:
        write_line("CUELIGHT_HTTP__PORT is 0: a worker with this setting receives nothing", stderr=True)


@webhooks.command("list", epilog=example("cuelight webhooks list", "cuelight webhooks list --json"))
@ACCOUNT
@JSON
@pass_context
def list_(context: Context, account: str, *, as_json: bool) -> None:
    """Show our webhooks with their events and URLs, and the hosts of other people's."""
    from worker.provider import registration

    async def listed(client: "ProviderClient", tag: str) -> list[dict[str, object]]:
        found = await client.webhooks()
        return [_row(each, ours=registration.is_ours(each, tag)) for each in found]

    rows = _with_tag(context, account, listed)
    if as_json:
        write_json(rows)
    elif not rows:
        write_line("none registered: register one with `cuelight webhooks register URL`", stderr=True)
    else:
        write_table(HEADINGS, [_line(each) for each in rows])


@webhooks.command(epilog=example("cuelight webhooks remove 0d1f069d-43bb-489a-ad8c-7eb95592ba8e"))
@click.argument("webhook_id", metavar="ID")
@ACCOUNT
@JSON
@pass_context
def remove(context: Context, webhook_id: str, account: str, *, as_json: bool) -> None:
    """Remove a webhook of ours. Other people's are not touched."""
    from worker.provider import registration

    async def removed(client: "ProviderClient", tag: str) -> bool:
        try:
            return await registration.remove(client, tag, webhook_id)
        except registration.ForeignError as error:
            cure = "it was registered by somebody else: remove it in the provider's dashboard"
            raise click.ClickException(f"{error}: {cure}") from None

    if not _with_tag(context, account, removed):
        raise click.ClickException(f"no such webhook: {webhook_id}; `cuelight webhooks list` shows them")
    if as_json:
        write_json({"removed": webhook_id})
    else:
        write_line(f"removed {webhook_id}")


def _refuse_anothers(context: Context, url: str, account: str) -> None:
    """Refuse an address at which the worker would take it for another account's.

    Raises:
        UsageError: with the right one.
    """
    from worker.web.webhooks import DEFAULT, PATH

    base, path, named = f"{url}/".rpartition(f"{PATH}/")
    accounts = context.settings().accounts
    meant = named.rstrip("/") or (DEFAULT if len(accounts) > 1 else account)
    if path and account in accounts and meant != account:
        raise click.UsageError(f"this address belongs to account {meant}: write {base}{PATH}/{account}")


def _with_tag(context: Context, account: str, work: "Callable[[ProviderClient, str], Awaitable[T]]") -> T:
    """Speak to the provider, knowing by which tag what is ours is told."""

    async def spoken(store: "Store") -> T:
        tag = await store.installation_tag(context.settings().installation)
        return await with_client(context, account, lambda client: work(client, tag))

    return context.with_store(spoken, makes=True)


def _told(done: "Registered") -> str:
    instead = f" instead of {', '.join(done.removed)}" if done.removed else ""
    registered = "already registered" if done.did == "kept" else "registered"
    return f"{registered} as {done.webhook.id}{instead}"


def _row(webhook: "Webhook", *, ours: bool) -> dict[str, object]:
    """Return what is shown of a webhook; the path of another's may be all that keeps strangers out."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url if ours else _host(webhook.url),
        "events": webhook.events,
        "enabled": webhook.enabled,
        "ours": ours,
    }


def _host(url: str) -> str:
    try:
        return f"{urlsplit(url).hostname}/..."
    except ValueError:
        return "..."


def _line(row: dict[str, object]) -> tuple[str, ...]:
    whose = "ours" if row["ours"] else "foreign"
    events = row["events"] if isinstance(row["events"], tuple) else ()
    disabled = "" if row["enabled"] else ", disabled"
    return str(row["id"]), whose + disabled, str(row["url"]), ", ".join(events)
