"""Damage is marked on the drawn car, and what an owner signed for before is shown at the next visit."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.repair_orders import earlier_damages, inspection, staff_queries
from crm_core.repair_orders.errors import DamageNotPlaced
from crm_core.repair_orders.inspection import Damage, InspectionPhoto
from crm_core.repair_orders.inspection_rules import CarView
from crm_core.vehicles.errors import VehicleNotFound
from tests import factories as make
from tests.workshop import PHOTO, POSITIONS, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")

SCRATCH = Damage("右后门", "划痕", PHOTO["key"], size="2 厘米", view=CarView.RIGHT, x=360, y=560)
NAMED = Damage("轮毂", "掉漆", PHOTO["key"])


async def _walked_around(shop: Workshop, *damages: Damage) -> int:
    order = await shop.opened()
    report = await inspection.pre_inspect(
        shop.advisor,
        order.id,
        energy_percent=60,
        photos=[InspectionPhoto(position, PHOTO["key"]) for position in POSITIONS],
        damages=damages,
        valuables_reminded=True,
        covers_on=True,
    )
    await inspection.sign_inspection(shop.owner, order.id, PHOTO["key"], seen=report.inspected_at)
    return int(order.id)


async def test_marks_of_earlier_visits_are_read_with_their_places():
    shop = await make_workshop()
    order_id = await _walked_around(shop, SCRATCH, NAMED)
    (visit,) = await earlier_damages.of_vehicle(shop.advisor, shop.vehicle.id)
    assert (visit.repair_order_id, visit.named) == (order_id, ["轮毂掉漆"])
    (mark,) = visit.marks
    assert (mark.part, mark.size, mark.view, mark.x, mark.y) == ("右后门", "2 厘米", CarView.RIGHT, 360, 560)
    shown = (await staff_queries.one(shop.advisor, order_id)).inspection
    assert shown is not None
    assert [(each.part, each.x) for each in shown.marks] == [("右后门", 360)]
    assert [each.label for each in shown.damages] == ["右后门划痕2 厘米", "轮毂掉漆"]
    elsewhere = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(VehicleNotFound):
        await earlier_damages.of_vehicle(elsewhere, shop.vehicle.id)


async def test_half_a_place_is_refused():
    shop = await make_workshop()
    with pytest.raises(DamageNotPlaced):
        await _walked_around(shop, Damage("右后门", "划痕", PHOTO["key"], view=CarView.RIGHT, x=360))
