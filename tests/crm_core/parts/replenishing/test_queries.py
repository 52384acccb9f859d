"""补货建议 of a store: open demand, minimum and use are read; what is in a draft already is not proposed again."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.parts import service, stock
from crm_core.parts.models import Part, Stock
from crm_core.parts.purchases import service as purchases
from crm_core.parts.purchases.models import Supplier
from crm_core.parts.purchases.service import Wanted
from crm_core.parts.replenishing.models import PartMinimum
from crm_core.parts.replenishing.queries import proposals
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.repair_orders import deliveries
from foundation import database
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_what_cars_wait_for_comes_first_then_what_is_below_its_minimum_or_used_regularly():
    store = await make.make_store()
    clerk = await make.acting(Role.PRT, store)
    _, oil, bulb, horn = [
        await Part.create(number=number, name=name)
        for number, name in (("PAD-X6", "前刹车片"), ("OIL-K", "机滤"), ("BULB", "灯泡"), ("HORN", "喇叭"))
    ]
    for part, on_hand in ((oil, 10), (bulb, 2), (horn, 1)):
        await Stock.create(part_id=part.id, store_id=store.id, on_hand=on_hand)
    await PartMinimum.create(store_id=store.id, part_id=bulb.id, minimum=4, maximum=10)
    async with database.transaction():
        await service.request(store_id=store.id, repair_order_id=1, line_id=1, part_number="PAD-X6", quantity=2)
        await stock.set_aside(store.id, oil.id, 9)
        await stock.hand_out(store.id, oil.id, 9, Cause(StockMoveKind.ISSUED))
    rows = await proposals(clerk, store.id)
    assert [(row.part_number, row.quantity) for row in rows] == [("PAD-X6", 2), ("OIL-K", 1), ("BULB", 8)]
    supplier = await Supplier.create(name="云帆配件中心", lead_days=2)
    draft = await purchases.draft(clerk, store.id, supplier.id, [Wanted(row.part_number, 9, 5_00) for row in rows[:2]])
    assert [row.part_number for row in await proposals(clerk, store.id)] == ["BULB"]
    await deliveries.place_order(clerk, draft, expected_version=1)
    assert [row.part_number for row in await proposals(clerk, store.id)] == ["BULB"], "what is on its way counts"
    with pytest.raises(NotAllowed):
        await proposals(await make.acting(Role.PRT, await make.make_store()), store.id)
