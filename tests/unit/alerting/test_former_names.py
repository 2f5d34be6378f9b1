"""A renamed alert: one raised under its former name is resolved, and receivers are told both names."""

import json

from jobs.alert_names import FORMER
from jobs.conditions import suspended
from tests.support.clock import NOON, HandClock
from tests.support.outbox import Taking
from tests.unit.alerting.rows import SHOW, CountingRows
from worker.alerting.alerts import Alerts
from worker.alerting.message import Message
from worker.store.records import Alert

FAULT = suspended("FaultyError")
ROW = Alert(
    key="show/set_aside",
    subject=SHOW,
    severity=FAULT.severity,
    title="set_aside",
    text=FAULT.text,
    cure=FAULT.cure,
)


async def upgraded() -> tuple[CountingRows, Taking, Alerts]:
    """Return a worker whose database has an alert that the release before raised."""
    rows, outbox = CountingRows(), Taking()
    await rows.store.raise_alert(ROW, NOON)
    return rows, outbox, Alerts(rows, HandClock(), outbox)


async def test_an_alert_raised_under_its_former_name_goes_on_and_is_resolved_after_an_upgrade() -> None:
    rows, outbox, alerts = await upgraded()
    await alerts.take_over(lambda _: True)
    alerts.tell(SHOW, [FAULT])
    await alerts.write()
    assert rows.written == []
    alerts.tell(SHOW, [])
    await alerts.write()
    assert rows.written == ["resolve show/set_aside"]
    assert await rows.open_alerts() == []
    assert [(each.state, each.title) for each in outbox.taken] == [
        ("raised", "suspended"),
        ("resolved", "suspended"),
    ]
    assert len({each.id for each in outbox.taken}) == 1


async def test_an_alert_told_anew_before_its_former_row_is_read_leaves_one_row_open() -> None:
    rows, _, alerts = await upgraded()
    alerts.tell(SHOW, [FAULT])
    await alerts.write()
    await alerts.take_over(lambda _: True)
    await alerts.write()
    assert [each.key for each in await rows.open_alerts()] == ["show/suspended"]
    assert alerts.open() == ["show/suspended"]


async def test_a_webhook_is_told_the_former_name_beside_the_new_one() -> None:
    for title, former in (*FORMER.items(), ("missed", None)):
        message = Message(
            key=f"show/{title}",
            title=title,
            severity=FAULT.severity,
            text="",
            cure="",
            run_id="show",
            raised_at=NOON,
        )
        body = json.loads(message.body("ab3k", NOON))
        assert (body["title"], body["former_title"]) == (title, former)
