"""Messages to hosts go nowhere; whether they could is told as the real worker would tell it."""

import asyncio

import pytest

from jobs.contact import Contact
from jobs.reminder_text import Letter
from jobs.reminders import Delivery
from worker.rehearsal.post import post


@pytest.mark.parametrize(
    ("services", "accounts", "outcome"),
    [
        ((), (), Delivery.SENT),
        (("mail",), (), Delivery.SENT),
        (("sms",), (), Delivery.FAILED),
        ((), ("default",), Delivery.FAILED),
    ],
)
def test_a_message_arrives_where_its_service_is_or_may_be_set_up(
    services: tuple[str, ...], accounts: tuple[str, ...], outcome: Delivery
) -> None:
    contact = Contact("mail:ada@example.org")
    told = asyncio.run(post(services, accounts).send(contact, Letter("Talk", "It begins soon.")))
    assert told.outcome is outcome
