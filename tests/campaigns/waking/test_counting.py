"""The night classes every owner, writes what differs, and equals a count from nothing."""

import random
from datetime import date, timedelta

import pytest

from campaigns.waking import counting, queries
from campaigns.waking.models import WakingClass, WakingMove
from campaigns.waking.queries import Asked
from campaigns.waking.rules import Path
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.models import Consent, Customer
from crm_core.dealerships.models import Role
from foundation import clock, database
from tests import factories as make
from tests.campaigns.people import make_crowd, sellers

pytestmark = pytest.mark.usefixtures("database")

COLUMNS = "customer_id, state, since_on, last_seen_on, due_on, value, is_lost_value, path, paths, weekday, rank"


async def _classes() -> list[dict[str, object]]:
    return await database.fetch(f"SELECT {COLUMNS} FROM waking_class ORDER BY customer_id")


async def _something_happens(chance: random.Random, first_id: int, size: int) -> None:
    """A few owners come, leave, opt out, agree, sell their car, or are found to be one person."""
    for customer_id in chance.sample(range(first_id, first_id + size), 8):
        owner = Customer.filter(id=customer_id)
        match chance.randrange(6):
            case 0:
                due_on = clock.today() + timedelta(days=chance.randrange(400))
                await owner.update(last_visit_on=clock.today(), next_service_due_on=due_on)
            case 1:
                await owner.update(marketing_stopped_at=clock.now())
            case 2:
                await Consent.filter(customer_id=customer_id).update(withdrawn_at=clock.now())
            case 3:
                await owner.update(gone_reason=chance.choice(["", "已卖车"]))
            case 4:
                await owner.update(next_service_due_on=None)
            case _:
                if customer_id != first_id:
                    await owner.update(merged_into_id=first_id)


@pytest.mark.parametrize("seed", [1, 2])
async def test_many_nights_equal_one_count_from_nothing(seed: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "LOT", 7)
    chance = random.Random(seed)
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(40, store, await sellers(store, 1), last_visit_on=clock.today() - timedelta(days=100))
    seen: set[object] = set()
    for _ in range(8):
        await _something_happens(chance, crowd.first_id, crowd.size)
        await clock.advance(timedelta(days=chance.choice([1, 60, 150, 200])))
        await counting.recount()
        seen |= {row["state"] for row in await _classes()}
    kept = await _classes()
    assert len(seen) >= 4, "few of the states were met"
    await WakingClass.all().delete()
    await counting.recount()
    assert await _classes() == kept


async def test_a_move_is_kept_once_with_the_day_its_rule_says():
    store = await make.make_store(advisors=0)
    await clock.set_to(clock.at(date(2026, 11, 21), 3))
    owner = await make.make_customer(
        store, last_visit_on=date(2026, 6, 25), next_service_due_on=date(2026, 8, 10), name="张伟"
    )
    await counting.recount()
    assert await WakingMove.all().count() == 0, "whoever is classed for the first time did not move"
    await clock.set_to(clock.at(date(2028, 3, 21), 3))
    for _ in range(2):
        await counting.recount()
    (move,) = await WakingMove.filter(customer_id=owner.id)
    assert (move.before, move.after, move.moved_on) == (Dormancy.AT_RISK, Dormancy.LAPSED, date(2027, 6, 26))
    found = await WakingClass.get(customer_id=owner.id)
    assert (found.state, found.previous, found.since_on) == (Dormancy.LAPSED, Dormancy.AT_RISK, date(2027, 6, 26))


async def test_a_night_in_which_nothing_differs_writes_nothing():
    store = await make.make_store(advisors=0)
    await make_crowd(5, store, await sellers(store, 1))
    await counting.recount()
    written = await database.fetch("SELECT ctid::text FROM waking_class ORDER BY id")
    await counting.recount()
    assert await database.fetch("SELECT ctid::text FROM waking_class ORDER BY id") == written


async def test_the_pool_is_the_readers_stores_the_most_valuable_first_page_by_page():
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    crowd = await make_crowd(5, store, await sellers(store, 1))
    await make_crowd(3, other, await sellers(other, 1))
    await counting.recount()
    worth = crowd.first_id + 3
    await WakingClass.filter(customer_id=worth).update(value="4.2", rank="4.2", is_lost_value=True)
    reader = await make.acting(Role.MKT, store)
    first = await queries.of_reader(reader, Asked(), limit=3)
    assert first.items[0].customer_id == worth
    assert first.items[0].name != f"车主{worth}", "masked"
    rest = await queries.of_reader(reader, Asked(), cursor=first.next_cursor, limit=3)
    assert rest.next_cursor is None
    ids = [row.customer_id for row in (*first.items, *rest.items)]
    assert sorted(ids) == list(range(crowd.first_id, crowd.first_id + 5))
    assert [row.customer_id for row in (await queries.of_reader(reader, Asked(value_from=4))).items] == [worth]
    assert not (await queries.of_reader(reader, Asked(path=Path.SMS))).items
    assert not (await queries.of_reader(reader, Asked(store_id=other.id))).items
    counted = {each.state: each.people for each in (await queries.figures(reader, Asked())).states}
    assert counted[Dormancy.LAPSED] == 5
    assert sum(counted.values()) == 5


async def test_the_months_say_who_fell_asleep_and_who_was_seen_again():
    store = await make.make_store(advisors=0)
    owner = await make.make_customer(
        store, last_visit_on=clock.today(), next_service_due_on=clock.today() + timedelta(days=180)
    )
    await counting.recount()
    await clock.advance(timedelta(days=300))
    await counting.recount()
    await clock.advance(timedelta(days=40))
    await Customer.filter(id=owner.id).update(
        last_visit_on=clock.today(), next_service_due_on=clock.today() + timedelta(days=180)
    )
    await counting.recount()
    months = (await queries.figures(await make.acting(Role.GM, store), Asked())).months
    assert len(months) == queries.MONTHS
    assert (sum(each.fell_asleep for each in months), sum(each.came_back for each in months)) == (1, 1)
    assert months[-1].came_back == 1
