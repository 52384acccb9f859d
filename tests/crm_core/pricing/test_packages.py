"""套餐 from the list of settings to a booking and an estimate: chosen whole it counts, each line keeps its share."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.appointments import booking, offering, queries
from crm_core.appointments.models import AppointmentItem
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.pricing.models import ServicePackage
from crm_core.pricing.packages import price_items
from crm_core.repair_orders import estimating
from crm_core.repair_orders.estimating import WantedLine
from crm_core.settings import changing
from foundation import clock
from foundation.money import spread
from tests import factories as make
from tests.workshop import Workshop, make_workshop

PRICE = 1400_00
"""Of the small service (240 + 428 yuan) with front pads (288 + 680): 236 yuan less than one by one."""
SHARES = spread(PRICE, [240_00, 428_00, 288_00, 680_00])


async def _with_package(**columns: str | int | None) -> tuple[Workshop, int]:
    wire()
    shop, admin = await make_workshop(), await make.acting(Role.ADM)
    package_id = await changing.add(admin, "service-packages", {"name": "保养加刹车", "price_fen": PRICE, **columns})
    for item in (shop.service, shop.pads):
        await changing.add(admin, "package-items", {"package_id": package_id, "item_id": item.id})
    return shop, package_id


@pytest.mark.usefixtures("database")
async def test_what_is_booked_whole_keeps_the_shares_of_the_package():
    shop, package_id = await _with_package()
    wanted = [shop.service.id, shop.pads.id]
    page = await offering.booking_page(shop.owner, vehicle_id=shop.vehicle.id, item_ids=wanted)
    offered = [(each.package_id, each.price_fen, each.alone_fen, each.is_chosen) for each in page.offer.packages]
    assert (page.offer.total_fen, offered) == (PRICE, [(package_id, PRICE, 1636_00, True)])
    appointment = await booking.book(
        shop.owner, customer_id=shop.customer.id, vehicle_id=shop.vehicle.id, store_id=shop.store.id,
        item_ids=wanted, starts_at=make.slot(10, 30),
    )  # fmt: skip
    kept = await AppointmentItem.filter(appointment_id=appointment.id).order_by("id")
    assert [fen for item in kept for fen in (item.labour_fen, item.parts_fen)] == SHARES
    assert {item.package_id for item in kept} == {package_id}


@pytest.mark.usefixtures("database")
async def test_an_estimate_has_the_package_for_what_the_owner_pays_and_single_prices_for_other_payers():
    shop, package_id = await _with_package()
    order = await shop.estimated(shop.service, shop.pads)
    lines = await shop.lines(order)
    assert [fen for line in lines for fen in (line.labour_fen, line.parts_fen)] == SHARES
    assert {line.package_id for line in lines} == {package_id}
    assert estimating.owner_total_fen(lines) == PRICE
    wanted = [WantedLine(shop.service.id), WantedLine(shop.pads.id, Payer.W, "SQ-1")]
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(12, 30))
    lines = await shop.lines(order)
    assert [(line.total_fen, line.package_id) for line in lines] == [(668_00, None), (968_00, None)]


@pytest.mark.usefixtures("database")
async def test_the_desk_sees_packages_and_what_the_chosen_jobs_cost_together():
    shop, package_id = await _with_package()
    alone = await queries.every_item(shop.advisor, shop.vehicle.id, shop.store.id)
    both = [shop.service.id, shop.pads.id]
    together = await queries.every_item(shop.advisor, shop.vehicle.id, shop.store.id, both)
    assert (sum(item.total_fen for item in alone), sum(item.total_fen for item in together)) == (1636_00, PRICE)
    (package,) = await queries.packages_of_car(shop.advisor, shop.vehicle.id, shop.store.id)
    assert (package.package_id, package.item_ids, package.is_chosen) == (package_id, both, False)


@pytest.mark.usefixtures("database")
async def test_a_package_holds_within_its_days_store_and_series():
    tomorrow = make.MONDAY + timedelta(days=1)
    shop, package_id = await _with_package(valid_from=tomorrow.isoformat(), valid_until=tomorrow.isoformat())

    async def total() -> int:
        return sum(
            item.total_fen for item in await price_items(shop.store, shop.vehicle, [shop.service.id, shop.pads.id])
        )

    assert await total() == 1636_00
    await clock.set_to(clock.at(tomorrow, 9))
    assert await total() == PRICE
    other = await make.make_store(advisors=0)
    for columns, fen in (
        ({"store_id": other.id}, 1636_00),
        ({"store_id": shop.store.id}, PRICE),
        ({"series": "别的车系"}, 1636_00),
        ({"series": "", "is_active": False}, 1636_00),
    ):
        await ServicePackage.filter(id=package_id).update(**columns)
        assert await total() == fen
