"""Only real work paid by the owner, a warranty, an insurer or as goodwill is a visit; the rest is history."""

from datetime import date

import pytest

from crm_core.billing.rules import Payer
from crm_core.customers.dormancy import is_real_work
from crm_core.customers.models import Customer
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import settlement
from crm_core.repair_orders.models import RepairLine
from crm_core.vehicles.models import ServiceVisit
from foundation import database
from tests.workshop import make_workshop

BEFORE = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("payer", "amount_fen", "counts"),
    [("CP", 1, True), ("CP", 0, False), ("W", 0, True), ("I", 0, True), ("G", 0, True), ("N", 100_00, False)],
)
def test_who_pays_for_a_line_decides_whether_it_is_a_visit(payer: str, amount_fen: int, counts: bool):
    assert is_real_work(payer, amount_fen) is counts


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("payer", "is_wash", "counts"),
    [(Payer.CP, False, True), (Payer.W, False, True), (Payer.N, False, False), (Payer.CP, True, False)],
)
async def test_internal_work_and_a_wash_leave_the_last_visit_as_it_was(payer: Payer, is_wash: bool, counts: bool):
    shop = await make_workshop()
    await Customer.filter(id=shop.customer.id).update(last_visit_on=BEFORE, visit_count=1)
    order = await shop.ready(shop.service)
    await RepairLine.filter(repair_order_id=order.id).update(payer=payer)
    await ServiceItem.filter(id=shop.service.id).update(is_real_work=not is_wash)
    async with database.transaction():
        await settlement.record_billed(shop.advisor, order.id, 100_00)
        await settlement.record_bill_confirmed(shop.owner, order.id)
        await settlement.record_paid(shop.owner, order.id, 100_00)
    await settlement.record_delivered(shop.owner, order.id)
    customer = await Customer.get(id=shop.customer.id)
    assert (customer.last_visit_on != BEFORE, customer.visit_count) == (counts, 2 if counts else 1)
    assert customer.spend_fen == 100_00
    visit = await ServiceVisit.get(repair_order_id=order.id)
    assert (visit.is_real_work, visit.km) == (counts, 21_180)
