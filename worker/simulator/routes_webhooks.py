"""Webhooks: registered, listed, changed, deleted (API reference, sections 2 and 9)."""

from typing import Any

from worker.simulator import wire
from worker.simulator.bodies import NewWebhook, WebhookPatch
from worker.simulator.call import Call, endpoint, found
from worker.simulator.envelopes import Reply, success
from worker.simulator.physics import Refused
from worker.simulator.webhook import EVENTS, Webhook


def _create(call: Call) -> Reply:
    given = call.body(NewWebhook)
    now = call.world.now
    made = Webhook(
        call.world.physics.new_id(), given.name, given.url, tuple(given.events), given.enabled, now, now
    )
    call.tenant.webhooks[made.id] = made
    return success(wire.webhook(made), status=201)


def _list(call: Call) -> Reply:
    return success([wire.webhook(each) for each in call.tenant.webhooks.values()])


def _events(call: Call) -> Reply:
    if call.knobs.flavour != "realtimekit":
        raise Refused(404, "No webhook found with id all")
    return success(list(EVENTS))


def _get(call: Call) -> Reply:
    return success(wire.webhook(_webhook(call)))


def _replace(call: Call) -> Reply:
    return _changed(call, call.body(NewWebhook).model_dump())


def _patch(call: Call) -> Reply:
    return _changed(call, call.body(WebhookPatch).model_dump(exclude_unset=True))


def _delete(call: Call) -> Reply:
    gone = _webhook(call)
    del call.tenant.webhooks[gone.id]
    return success(wire.webhook(gone))


def _changed(call: Call, given: dict[str, Any]) -> Reply:
    kept = _webhook(call)
    for name, value in given.items():
        setattr(kept, name, tuple(value) if name == "events" else value)
    kept.updated_at = call.world.now
    return success(wire.webhook(kept))


def _webhook(call: Call) -> Webhook:
    return found(call.tenant.webhooks, call.params["webhook"], "webhook")


WEBHOOKS = (
    endpoint("POST", "/webhooks", _create),
    endpoint("GET", "/webhooks", _list),
    endpoint("GET", "/webhooks/all", _events),
    endpoint("GET", "/webhooks/{webhook}", _get),
    endpoint("PUT", "/webhooks/{webhook}", _replace),
    endpoint("PATCH", "/webhooks/{webhook}", _patch),
    endpoint("DELETE", "/webhooks/{webhook}", _delete),
)
