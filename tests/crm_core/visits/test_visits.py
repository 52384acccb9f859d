"""The history of a car shows each visit with its papers, and only to whom the car is bound."""

import pytest

from crm_core.billing import paying
from crm_core.invoicing import requests
from crm_core.invoicing.rules import InvoiceKind, Title, TitleKind
from crm_core.payments.rules import Method
from crm_core.repair_orders.hand_over import giving_back
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.visits import queries
from crm_core.visits.queries import PaperKind
from tests import factories as make
from tests.checkout import make_checkout


async def test_a_visit_is_shown_with_what_was_paid_confirmed_and_invoiced(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    await checkout.offer()
    await giving_back.confirm(checkout.owner, checkout.order.id)
    request = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, Title(TitleKind.PERSON, "张伟"))
    await requests.issue(checkout.cashier, request.id, "25442000000012345678", expected_version=1)
    history = await queries.history(checkout.owner, checkout.vehicle.id)
    [visit] = history.visits
    assert (visit.repair_order_id, visit.paid_fen, history.total_fen) == (
        checkout.order.id,
        bill.total_fen,
        bill.total_fen,
    )
    assert [(paper.kind, paper.word) for paper in visit.papers] == [
        (PaperKind.QUALITY, ""),
        (PaperKind.BILL, ""),
        (PaperKind.HAND_OVER, ""),
        (PaperKind.INVOICE, "25442000000012345678"),
    ]


async def test_nobody_elses_car_has_a_history(database: None):
    checkout = await make_checkout()
    stranger = make.acting_owner(await make.make_customer(phone="13900000044"))
    for vehicle_id in (checkout.vehicle.id, 99_999):
        with pytest.raises(VehicleNotFound):
            await queries.history(stranger, vehicle_id)
