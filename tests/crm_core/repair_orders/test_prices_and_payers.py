"""What was agreed is the most it may cost; several technicians work on one order, and each payer has a bill."""

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.billing import making
from crm_core.billing.models import Bill
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.repair_orders import authorising, dispatching, estimating, material, quality, work
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.rules import LineState
from foundation.refs import Ref
from tests import factories as make
from tests.workshop import CHECKED, PHOTO, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def test_an_agreed_price_only_goes_down():
    shop = await make_workshop()
    order = await shop.authorised()
    line = (await shop.lines(order))[0]
    assert line.authorised_fen == line.total_fen
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(parts_fen=line.parts_fen + 1)
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(labour_fen=line.labour_fen + 1)
    await RepairLine.filter(id=line.id).update(parts_fen=line.parts_fen - 1)
    assert (await shop.lines(order))[0].total_fen == line.total_fen - 1


async def test_two_technicians_and_two_payers_on_one_order():
    wire()
    shop = await make_workshop()
    other = await make.acting(Role.TEC, shop.store, name="王磊", skills=["QUICK", "GENERAL"])
    order = await shop.inspected()
    wanted = [WantedLine(shop.service.id), WantedLine(shop.pads.id, Payer.W, "W-1")]
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(14))
    await estimating.send_estimate(shop.advisor, order.id)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    service, pads = await shop.lines(order)
    for line, technician in ((service, shop.technician), (pads, other)):
        await dispatching.dispatch(
            shop.controller, order.id, [line.id], technician_id=technician.id, bay_id=shop.bay.id
        )
    await material.issue_parts(shop.store_room, order.id)
    for line, technician in ((service, shop.technician), (pads, other)):
        await work.clock_on(technician, line.id)
        await work.finish_line(technician, line.id, [PHOTO])
    await work.tick_checks(shop.controller, order.id)
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    await quality.mark_ready(shop.advisor, order.id)
    assert {line.technician_id for line in await shop.lines(order)} == {shop.technician.id, other.id}
    assert {line.state for line in await shop.lines(order)} == {LineState.QC_OK}
    await making.make(shop.advisor, Ref("repair_order", order.id))
    bills = {bill.payer: bill.total_fen for bill in await Bill.filter(about=Ref("repair_order", order.id))}
    assert bills[Payer.CP] == service.total_fen
    assert bills.get(Payer.W, pads.total_fen) == pads.total_fen
