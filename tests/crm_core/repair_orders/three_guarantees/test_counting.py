"""A car's 三包 repairs are counted from its orders, and the managers are told once."""

import asyncio
from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.pricing.fault_kinds import FaultKind
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import authorising, estimating, material, quality
from crm_core.repair_orders import work as working
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.three_guarantees import counting, jobs, queries
from crm_core.repair_orders.three_guarantees.models import ThreeGuaranteesAlert
from crm_core.repair_orders.three_guarantees.rules import Counted, Level
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.workshop import CHECKED, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _wired() -> None:
    wire()


async def _shop() -> Workshop:
    shop = await make_workshop()
    await make.acting(Role.GM, shop.store, name="赵建国")
    await Vehicle.filter(id=shop.vehicle.id).update(delivered_on=make.MONDAY - timedelta(days=200))
    return shop


async def _for_the_maker(shop: Workshop) -> RepairOrder:
    """The pads, paid by the maker, in work since Monday morning."""
    order = await shop.inspected()
    wanted = [WantedLine(shop.pads.id, Payer.W, "W-1")]
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(11, 30))
    await estimating.send_estimate(shop.advisor, order.id)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    await shop.give_out(order)
    await working.clock_on(shop.technician, (await shop.lines(order))[0].id)
    return await shop.now(order)


async def _used(shop: Workshop) -> dict[Counted, int]:
    standing = await counting.standing_of(shop.vehicle.id)
    return {count.counted: count.used for count in standing.counts if count.used}


async def _told() -> list[str]:
    rows = await Message.filter(template="three_guarantees_alert").order_by("id")
    return [str(row.facts["used"]) for row in rows]


async def test_the_managers_are_told_on_the_fourth_day_and_beyond_the_fifth_once_each():
    shop = await _shop()
    await _for_the_maker(shop)
    await clock.advance(timedelta(days=2))
    await jobs.count_three_guarantees()
    assert await _told() == []
    await clock.advance(timedelta(days=1, hours=1))
    await asyncio.gather(counting.look(shop.vehicle.id), counting.look(shop.vehicle.id))
    await jobs.count_three_guarantees()
    assert await _told() == ["4 天", "4 天"], "service and general manager, once each"
    await clock.advance(timedelta(days=2))
    await jobs.count_three_guarantees()
    assert await _told() == ["4 天", "4 天", "6 天", "6 天"]
    alerts = await ThreeGuaranteesAlert.all().order_by("id")
    assert [(alert.counted, alert.level) for alert in alerts] == [
        (Counted.SINGLE_DAYS, Level.WARNED),
        (Counted.SINGLE_DAYS, Level.REACHED),
    ]


async def test_waiting_for_a_part_made_for_the_car_is_no_repair_day_and_other_waits_are():
    shop = await _shop()
    order = await _for_the_maker(shop)
    line = (await shop.lines(order))[0]
    await material.wait_for_parts(shop.technician, line.id, clock.now() + timedelta(days=3))
    await clock.advance(timedelta(days=3))
    assert await _used(shop) == {Counted.SINGLE_DAYS: 4, Counted.TOTAL_DAYS: 4}
    await ServiceItem.filter(id=shop.pads.id).update(has_ordered_part=True)
    assert await _used(shop) == {Counted.SINGLE_DAYS: 4, Counted.TOTAL_DAYS: 1}


async def test_what_the_owner_pays_or_came_after_the_period_counts_nothing():
    shop = await _shop()
    await shop.in_work(shop.pads)
    await clock.advance(timedelta(days=9))
    assert await _used(shop) == {}
    assert await counting.moving() == []


async def test_a_finished_repair_counts_its_fault_and_a_safety_fault_warns():
    shop = await _shop()
    await ServiceItem.filter(id=shop.pads.id).update(fault_kind=FaultKind.SAFETY)
    order = await _for_the_maker(shop)
    assert Counted.SAME_FAULT not in await _used(shop), "it is not repaired yet"
    await shop.do_all(order)
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    page = await queries.of_order(shop.advisor, order.id)
    rows = {row.counted: (row.used, row.level) for row in page.counters}
    assert rows[Counted.SAFETY] == (1, Level.WARNED)
    assert rows[Counted.SAME_FAULT] == (1, Level.FINE)
    assert (await queries.of_vehicle(shop.advisor, shop.vehicle.id)).counters == page.counters
    await counting.look(shop.vehicle.id)
    assert await _told() == ["1 次", "1 次"]
    await RepairOrder.filter(id=order.id).update(voided_at=clock.now())
    assert await _used(shop) == {}


async def test_a_car_whose_delivery_nobody_knows_is_not_counted_and_strangers_do_not_read_it():
    shop = await _shop()
    await Vehicle.filter(id=shop.vehicle.id).update(delivered_on=None)
    order = await _for_the_maker(shop)
    page = await queries.of_order(shop.advisor, order.id)
    assert (page.last_day, page.repairs) == (None, 0)
    stranger = await make.acting(Role.SA, await make.make_store(advisors=0))
    with pytest.raises(NotAllowed):
        await queries.of_vehicle(stranger, shop.vehicle.id)


async def test_a_new_car_that_needs_an_engine_is_told_of_as_soon_as_it_is_ordered():
    shop = await _shop()
    await ServiceItem.filter(id=shop.pads.id).update(fault_kind=FaultKind.ENGINE)
    await _for_the_maker(shop)
    await Vehicle.filter(id=shop.vehicle.id).update(delivered_on=make.MONDAY - timedelta(days=7))
    engine = next(count for count in (await counting.standing_of(shop.vehicle.id)).counts if count.is_early)
    assert (engine.counted, engine.level, "7 天" in engine.law) == (Counted.ENGINE, Level.REACHED, True)
    await counting.look(shop.vehicle.id)
    assert await _told() == ["1 次", "1 次"]
