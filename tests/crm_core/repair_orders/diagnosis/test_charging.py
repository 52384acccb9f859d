"""A diagnosis is agreed to before the work, billed once, and waived when a repair is ordered."""

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.billing.rules import Payer
from crm_core.repair_orders import authorising, deciding, dispatching, estimating
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.diagnosis import queries
from crm_core.repair_orders.errors import NothingToEstimate
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.rules import HeaderState, LineState
from tests import factories as make
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _offered(shop: Workshop, *wanted: WantedLine) -> RepairOrder:
    order = await shop.inspected()
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(15), with_diagnosis=True)
    await estimating.send_estimate(shop.advisor, order.id)
    return await shop.now(order)


async def _given_out(shop: Workshop, order: RepairOrder) -> None:
    line = await _diagnosis(order)
    await dispatching.dispatch(
        shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=shop.bay.id
    )


async def _diagnosis(order: RepairOrder) -> RepairLine:
    return await RepairLine.get(repair_order_id=order.id, diagnosis_waived_percent__not_isnull=True)


async def test_the_owner_agrees_to_the_fee_before_the_work_and_it_is_one_line_of_the_bill():
    shop = await make_workshop()
    order = await _offered(shop)
    await authorising.authorise_estimate(shop.owner, order.id, 1, keeps_old_parts=False)
    line = await _diagnosis(order)
    assert (line.name, line.authorised_fen, line.state) == ("故障诊断（同意维修后免收）", 200_00, LineState.AUTHORISED)
    await _given_out(shop, order)
    await shop.do_all(order)
    assert (await _diagnosis(order)).total_fen == 200_00, "nothing was repaired, so nothing is waived"


async def test_a_repair_ordered_later_waives_it_once():
    shop = await make_workshop()
    order = await _offered(shop)
    await authorising.authorise_estimate(shop.owner, order.id, 1, keeps_old_parts=False)
    await _given_out(shop, order)
    for _ in range(2):
        sheet = await shop.asked(await shop.now(order), Urgency.YELLOW)
        found = await RepairLine.filter(additional_work_id=sheet.id)
        said = {line.id: Decision.APPROVED for line in found}
        await deciding.decide(shop.owner, sheet.id, sheet.version, said)
    line = await _diagnosis(order)
    assert (line.total_fen, line.off_fen, line.authorised_fen) == (0, 200_00, 200_00)
    assert line.diagnosis_waived_at is not None


async def test_what_the_owner_declines_waives_nothing():
    shop = await make_workshop()
    order = await _offered(shop)
    await authorising.authorise_estimate(shop.owner, order.id, 1, keeps_old_parts=False)
    await _given_out(shop, order)
    sheet = await shop.asked(await shop.now(order), Urgency.YELLOW)
    found = await RepairLine.filter(additional_work_id=sheet.id)
    await deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: Decision.DECLINED for line in found})
    assert (await _diagnosis(order)).total_fen == 200_00


async def test_whoever_declines_it_owes_nothing():
    shop = await make_workshop()
    order = await _offered(shop)
    await authorising.decline_estimate(shop.owner, order.id, 1)
    assert (await shop.now(order)).state is HeaderState.LEFT
    assert (await _diagnosis(order)).state is LineState.DECLINED


async def test_with_a_job_of_the_same_estimate_it_is_waived_at_once():
    shop = await make_workshop()
    order = await _offered(shop, WantedLine(shop.service.id))
    await authorising.authorise_estimate(shop.owner, order.id, 1, keeps_old_parts=False)
    assert (await _diagnosis(order)).total_fen == 0


async def test_an_order_has_one_diagnosis_and_an_estimate_is_never_empty():
    shop = await make_workshop()
    order = await _offered(shop)
    again = await estimating.make_estimate(shop.advisor, order.id, [], make.slot(16), with_diagnosis=True)
    assert again.owner_total_fen == 200_00
    line = await _diagnosis(order)
    with pytest.raises(IntegrityError):
        await RepairLine.create(
            repair_order_id=order.id, name="又一次", payer=Payer.CP, bay_kind=line.bay_kind, state=LineState.PROPOSED,
            source=line.source, diagnosis_waived_percent=0,
        )  # fmt: skip
    with pytest.raises(NothingToEstimate):
        await estimating.make_estimate(shop.advisor, order.id, [], make.slot(16))


async def test_the_terms_are_told_before_anybody_agrees():
    shop = await make_workshop()
    assert (await queries.terms_of(shop.store.id)).told.startswith("要先找故障的，诊断费 200.00 元，同意维修后免收")
