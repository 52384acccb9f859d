"""A job that two technicians worked on counts for both, by the time each of them clocked."""

from datetime import timedelta

from crm_core.dealerships.models import Role
from crm_core.repair_orders import reassigning, work
from crm_core.reports import figures
from crm_core.reports.definitions import Kpi
from foundation import clock
from tests import factories as make
from tests.workshop import PHOTO, make_workshop


async def test_hours_are_credited_by_the_share_of_the_time_that_was_clocked(database: None) -> None:
    shop = await make_workshop()
    other = await make.acting(Role.TEC, shop.store, name="王磊", skills=["QUICK", "GENERAL"])
    order = await shop.in_work()
    line = (await shop.lines(order))[0]
    await clock.advance(timedelta(minutes=30))
    await reassigning.reassign(shop.controller, line.id, technician_id=other.id, bay_id=shop.bay.id, reason="去做急件")
    await work.clock_on(other, line.id)
    await clock.advance(timedelta(minutes=10))
    await work.finish_line(other, line.id, [PHOTO])
    await clock.advance(timedelta(minutes=1))
    people = {each.staff_id: each for each in await figures.of_people(shop.manager, shop.store.id)}
    sold = line.labour_centihours * 36
    for technician, minutes in ((shop.technician, 30), (other, 10)):
        [figure] = [each.figure for each in people[technician.id].figures if each.kpi is Kpi.EFFICIENCY]
        assert (figure.part, figure.whole, figure.rows) == (sold * minutes // 40, minutes * 60, 1)
