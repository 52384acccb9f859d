"""A part takes the average cost of the moment it is handed out; few may see it."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.parts import stock
from crm_core.parts.models import Part, Stock, StockMovement
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.margin import margin
from foundation import database
from foundation.errors import NotAllowed
from tests import factories as make
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def test_what_is_handed_out_costs_the_average_of_that_moment_and_what_comes_later_changes_nothing():
    shop = await make_workshop()
    part = await Part.get(number=shop.service.part_number)
    await Stock.filter(part_id=part.id).update(on_hand=0)
    for quantity, cost_fen in ((1, 100_00), (1, 101_01)):
        async with database.transaction():
            await stock.put_in(shop.store.id, part.id, quantity, Cause(StockMoveKind.ARRIVED, cost_fen=cost_fen))
    assert (await Stock.get(part_id=part.id)).average_fen == 100_51
    order = await shop.dispatched()
    async with database.transaction():
        await stock.put_in(shop.store.id, part.id, 1, Cause(StockMoveKind.ARRIVED, cost_fen=500_00))
    found = await margin(await make.acting(Role.FIN, shop.store), order.id)
    [line] = await shop.lines(order)
    assert (found.sold_fen, found.cost_fen, found.unknown) == (line.parts_fen, 100_51, 0)
    issued = await StockMovement.get(kind=StockMoveKind.ISSUED)
    assert (issued.quantity, issued.cost_fen) == (-1, 100_51)


async def test_a_part_of_unknown_cost_is_counted_and_not_guessed_and_advisors_and_technicians_see_no_cost():
    shop = await make_workshop()
    order = await shop.dispatched()
    found = await margin(shop.store_room, order.id)
    assert (found.cost_fen, found.unknown) == (0, 1)
    for other in (shop.advisor, shop.technician, await make.acting(Role.GM, await make.make_store())):
        with pytest.raises(NotAllowed):
            await margin(other, order.id)
    with pytest.raises(RepairOrderNotFound):
        await margin(shop.store_room, 999_999)
