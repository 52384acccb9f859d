"""What a broadcast brought in parts, beside the others, and person by person for a file."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.broadcasts import people, portfolio, results
from campaigns.broadcasts.errors import BroadcastNotFound
from campaigns.broadcasts.models import Broadcast, BroadcastWay, Recipient, RecipientState
from campaigns.broadcasts.portfolio import Asked, SumBy
from campaigns.measuring import Cohort
from crm_core.customers.models import Customer
from crm_core.dealerships import exporting
from crm_core.dealerships.models import Role
from crm_core.policies.changing import change
from crm_core.vehicles.models import ServiceVisit, Vehicle
from foundation import clock, database
from tests import factories as make
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house
from tests.campaigns.broadcasts.shouting import registered

pytestmark = pytest.mark.usefixtures("database")


async def _sent(house: House, **changes: Any) -> tuple[Broadcast, list[Recipient], list[Recipient]]:
    """A broadcast that everybody planned has got, those planned and those held out."""
    broadcast = await house.running(**changes)
    mine = Recipient.filter(broadcast_id=broadcast.id)
    await mine.filter(cohort=Cohort.PLANNED).update(state=RecipientState.SENT, sent_at=clock.now())
    planned = await mine.filter(cohort=Cohort.PLANNED).order_by("id")
    return broadcast, planned, await mine.filter(cohort=Cohort.CONTROL).order_by("id")


async def _came(one: Recipient, day: float, paid_fen: int | None = None, *, is_last: bool = True) -> None:
    """They came so many days after the start; with a sum, they paid it, as another program's order says."""
    at = STARTS_AT + timedelta(days=day, hours=1)
    is_sale = paid_fen is not None and is_last
    await Recipient.filter(id=one.id).update(arrived_at=at, is_last_touch=is_last, converted_at=at if is_sale else None)
    if paid_fen is not None:
        await _visit(one.customer_id, at, paid_fen)


async def _visit(customer_id: int, at: datetime, paid_fen: int) -> None:
    car = await Vehicle.first() or await make.make_vehicle()
    await ServiceVisit.create(
        vehicle_id=car.id,
        customer_id=customer_id,
        visited_on=clock.local(at).date(),
        summary="小保养",
        paid_fen=paid_fen,
    )


async def test_stores_weeks_and_days_add_up_to_the_whole():
    house = await make_house(60)
    broadcast, planned, control = await _sent(house, control_percent=10)
    branch = await make.make_store(advisors=0)
    await Customer.filter(id__in=[planned[1].customer_id, control[0].customer_id]).update(home_store_id=branch.id)
    await _came(planned[0], 1, 300_00)
    await _came(planned[1], 8, 500_00)
    await _came(planned[2], 8)
    await _came(control[0], 2)
    await clock.set_to(STARTS_AT + timedelta(days=10, hours=2))
    found = await results.results(house.marketer, broadcast.id)
    assert found.paid_fen == 800_00
    assert [(one.store_id, one.arrived, one.converted, one.paid_fen) for one in found.stores] == [
        (house.store.id, 2, 1, 300_00),
        (branch.id, 1, 1, 500_00),
    ]
    assert sum(one.sent for one in found.stores) == len(planned)
    assert [(one.week, one.arrived, one.paid_fen) for one in found.weeks] == [(1, 1, 300_00), (2, 2, 500_00)]
    days = {one.day: (one.planned_came, one.control_came) for one in found.days}
    assert [days[day] for day in (0, 1, 2, 8, 10)] == [(0, 0), (1, 0), (1, 1), (3, 1), (3, 1)]
    assert max(days) == 10, "no further than today"
    assert (found.planned.came, found.control.came) == days[10]
    assert found.cost_per_arrival_fen == round(found.cost_fen / 3)


async def test_an_arrival_is_credited_to_the_last_the_first_or_every_send_before_it():
    house = await make_house(40)
    first, planned, _ = await _sent(house)
    await Broadcast.filter(id=first.id).update(started_at=STARTS_AT - timedelta(days=9))
    await Recipient.filter(broadcast_id=first.id).update(contacted_on=None)
    await database.execute(
        "INSERT INTO broadcast (name, segment_name, definition, channel, template, content, control_percent, "
        "  budget_fen, content_hash, approved_hash, state, author_id, created_at, started_at, pause_reason, version) "
        "SELECT '第二次', segment_name, definition, channel, template, content, control_percent, budget_fen, "
        "  content_hash, approved_hash, state, author_id, created_at, $2, '', 1 FROM broadcast WHERE id = $1",
        first.id,
        STARTS_AT,
    )
    second = await Broadcast.get(name="第二次")
    both, only = planned[0], planned[1]
    again = await Recipient.create(
        broadcast_id=second.id,
        customer_id=both.customer_id,
        cohort=Cohort.PLANNED,
        state=RecipientState.SENT,
        sent_at=clock.now() + timedelta(days=1),
    )
    await _came(both, 2, is_last=False)
    await _came(again, 2, 400_00)
    await _came(only, 3, 100_00)
    credits = {one.model: one for one in (await results.results(house.manager, first.id)).credits}
    said = {model: (one.arrived, one.converted, one.paid_fen) for model, one in credits.items()}
    assert said == {"last": (1, 1, 100_00), "first": (2, 2, 500_00), "linear": (1.5, 1.5, 300_00)}


async def test_all_broadcasts_stand_beside_each_other_and_are_added_up():
    house = await make_house(60)
    broadcast, planned, _ = await _sent(house, control_percent=10)
    await house.draft(name="还没开始")
    for one in planned[:20]:
        await _came(one, 3, 200_00)
    (row,) = await portfolio.rows(house.marketer, Asked())
    whole = await results.results(house.marketer, broadcast.id)
    assert (row.id, row.sent, row.arrived, row.paid_fen) == (broadcast.id, len(planned), 20, 4_000_00)
    assert (row.cost_fen, row.lift, row.cost_per_return) == (whole.cost_fen, whole.lift, whole.cost_per_return)
    for by in SumBy:
        (total,) = await portfolio.sums(house.marketer, Asked(), by)
        assert (total.broadcasts, total.sent, total.arrived, total.paid_fen, total.cost_fen) == (
            1,
            row.sent,
            20,
            4_000_00,
            row.cost_fen,
        ), by
    month = clock.local(STARTS_AT).date().replace(day=1)
    for asked, found in (
        (Asked(search="X6"), 1),
        (Asked(search="没有"), 0),
        (Asked(month=month), 1),
        (Asked(month=month - timedelta(days=1)), 0),
        (Asked(channel="SMS"), 0),
        (Asked(store_id=house.store.id), 1),
    ):
        assert len(await portfolio.rows(house.marketer, asked)) == found, asked
        assert len(await portfolio.sums(house.marketer, asked, SumBy.MONTH)) == found, asked
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    assert await portfolio.rows(stranger, Asked()) == []
    assert await portfolio.sums(stranger, Asked(), SumBy.STORE) == []
    file = exporting.named("broadcast-portfolio")
    assert file is not None
    lines: list[Any] = [line async for line in file.rows(house.marketer, {"month": f"{month:%Y-%m}", "q": ""})]
    assert [(line.name, line.paid_fen, line.channel) for line in lines] == [("X6 车主回店礼", 4_000_00, "企微群发")]


async def test_what_a_further_way_brought_stands_beside_the_first(monkeypatch: pytest.MonkeyPatch):
    shouting = registered(monkeypatch)
    house = await make_house(40)
    broadcast, planned, _ = await _sent(house)
    way = {"number": 1, "channel": shouting.name, "content_id": broadcast.content_id, "after_days": 2}
    await BroadcastWay.create(broadcast_id=broadcast.id, **way)
    await Recipient.filter(id__in=[one.id for one in planned[:5]]).update(way=1)
    for one in planned[3:6]:
        await _came(one, 3, 100_00)
    found = await results.results(house.marketer, broadcast.id)
    assert [(one.channel, one.sent, one.arrived, one.paid_fen) for one in found.ways] == [
        ("企微群发", len(planned) - 5, 1, 100_00),
        (shouting.label, 5, 2, 200_00),
    ]
    assert all(one.words for one in found.ways)
    (row,) = await portfolio.rows(house.marketer, Asked(channel=shouting.name))
    assert (row.channels, row.cost_fen) == (["企微群发", shouting.label], found.cost_fen)
    sums = await portfolio.sums(house.marketer, Asked(), SumBy.CHANNEL)
    assert {one.word: (one.sent, one.paid_fen) for one in sums} == {
        "企微群发": (len(planned) - 5, 100_00),
        shouting.label: (5, 200_00),
    }
    assert sum(one.cost_fen for one in sums) == found.cost_fen


async def test_the_people_of_a_broadcast_leave_masked_and_in_words():
    house = await make_house(40)
    await Customer.filter(id=house.crowd.first_id).update(marketing_stopped_at=clock.now())
    broadcast, planned, _ = await _sent(house)
    await _came(planned[0], 3, 200_00)
    file = exporting.named("broadcast-people")
    assert file is not None
    lines: list[Any] = [line async for line in file.rows(house.marketer, {"broadcast_id": str(broadcast.id)})]
    assert len(lines) == 40
    assert {line.customer for line in lines} == {"车*"}
    assert {(line.group, line.outcome) for line in lines} == {
        ("计划发", "已送达"),
        ("对照组不发", "对照组不发"),
        ("收不到", "收不到"),
    }
    assert sum(line.paid_fen for line in lines) == 200_00
    assert [line async for line in file.rows(house.marketer, {})] == []
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    with pytest.raises(BroadcastNotFound):
        await people.of_broadcast(stranger, broadcast.id, limit=1)


async def test_what_a_new_customer_costs_is_a_rule_of_the_group_with_its_version():
    house = await make_house(40)
    broadcast, *_ = await _sent(house)
    before = await results.results(house.marketer, broadcast.id)
    assert (before.new_customer_fen, before.new_customer_version) == (5_000_00, 1)
    group = await make.acting(Role.GRP)
    await change(
        group, "broadcasts", "new_customer_fen", 6_000_00, store_id=None, reason="今年的投放", expected_version=0
    )
    after = await results.results(house.marketer, broadcast.id)
    assert (after.new_customer_fen, after.new_customer_version) == (6_000_00, 2)
