"""Declined work is asked about for a year, and not once somebody did it."""

from datetime import timedelta

import pytest

from crm_core.repair_orders import deciding
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.declined_work import DECLINED_MONTHS, still_open
from crm_core.repair_orders.papers.models import DeclinedWork
from foundation import clock, database
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _open(days_later: int = 0) -> list[str]:
    rows = await database.fetch(
        f"SELECT w.name FROM declined_work w WHERE {still_open('$1')}", clock.now() + timedelta(days=days_later)
    )
    return [row["name"] for row in rows]


async def test_it_is_asked_about_for_a_year():
    shop = await make_workshop()
    order = await shop.in_work()
    asked = await shop.asked(order, Urgency.YELLOW)
    line = (await shop.lines(order))[-1]
    await deciding.decide(shop.owner, asked.id, asked.version, {line.id: Decision.DECLINED})
    assert await _open() == [line.name]
    assert await _open(days_later=31 * DECLINED_MONTHS) == []


async def test_it_is_over_once_the_same_work_was_agreed_to():
    shop = await make_workshop()
    order = await shop.in_work()
    for decision in (Decision.DECLINED, Decision.APPROVED):
        asked = await shop.asked(order, Urgency.YELLOW)
        line = (await shop.lines(order))[-1]
        await deciding.decide(shop.owner, asked.id, asked.version, {line.id: decision})
    assert await DeclinedWork.all().count() == 1
    assert await _open() == []
