"""The service issues an invoice once, whatever happens on the way, and takes it back whole."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.billing import paying
from crm_core.billing.models import Bill
from crm_core.invoicing import ordering, queries, requests
from crm_core.invoicing.errors import AlreadyAsked, NoInvoiceService, NumberNotAccepted, ServiceStillAnswers
from crm_core.invoicing.models import InvoiceRequest
from crm_core.invoicing.rules import InvoiceKind, InvoiceState, RedReason, Title, TitleKind
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from foundation import clock, owed
from foundation.errors import IllegalMove, StaleVersion
from foundation.settings import get_settings
from integrations.einvoice import EInvoiceError, invoice_service
from simulator.invoices import UNWANTED, number_of
from tests.checkout import Checkout, make_checkout
from tests.fixtures.owed import owed_work
from tests.fixtures.platforms import Town

PERSON = Title(TitleKind.PERSON, "张伟")
COMPANY = Title(TitleKind.COMPANY, "深圳某某科技有限公司", "91440300ma5f00007w")


async def _asked(title: Title = PERSON) -> tuple[Checkout, InvoiceRequest]:
    checkout = await make_checkout()
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    return checkout, await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, title)


async def _minute() -> None:
    await clock.advance(timedelta(minutes=1))
    await owed.sweep()
    await owed_work()


async def test_two_presses_order_one_invoice_and_its_number_comes_back_by_itself(town: Town):
    checkout, request = await _asked()
    presses = [ordering.order(checkout.cashier, request.id, expected_version=1) for _ in range(2)]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [StaleVersion]
    await owed_work()
    assert (await InvoiceRequest.get(id=request.id)).state is InvoiceState.ISSUING
    with pytest.raises(IllegalMove):
        await requests.withdraw(checkout.owner, request.id, expected_version=2)
    with pytest.raises(IllegalMove):
        await requests.issue(checkout.cashier, request.id, "1" * 20, expected_version=2)
    await _minute()
    row = await InvoiceRequest.get(id=request.id)
    assert (row.state, row.number, row.handled_by_id) == (
        InvoiceState.ISSUED,
        number_of(row.serial),
        checkout.cashier.id,
    )
    (ordered,) = list(town.simulation.world.issued_invoices)
    (line,) = ordered.body["lines"]
    assert (line["gross_fen"], line["tax_percent"]) == (request.amount_fen, 13)
    assert (await Message.get(template="request_answered")).variant == "invoice_issued"
    await _minute()
    assert await Message.filter(template="request_answered").count() == 1


async def test_what_the_service_refuses_waits_for_people_again_with_its_words(town: Town):
    checkout, request = await _asked(Title(TitleKind.PERSON, f"张{UNWANTED}"))
    await ordering.order(checkout.cashier, request.id, expected_version=1)
    await owed_work()
    row = await queries.one(checkout.cashier, request.id)
    assert (row.state, row.service_said) == (InvoiceState.REQUESTED, "受票方信息在税务系统查不到")
    assert not await Message.filter(template="request_answered").exists()
    await requests.refuse(checkout.cashier, request.id, "抬头查不到，请核对", expected_version=row.version)


async def test_the_page_of_connections_learns_whether_the_key_is_right(town: Town):
    service = invoice_service()
    assert service is not None
    await service.check()
    town.simulation.settings.einvoice_key = "another"
    with pytest.raises(EInvoiceError):
        await service.check()


async def test_a_service_that_is_away_for_an_hour_issues_it_once_when_it_is_back(town: Town):
    checkout, request = await _asked()
    key, town.simulation.settings.einvoice_key = town.simulation.settings.einvoice_key, "another"
    await ordering.order(checkout.cashier, request.id, expected_version=1)
    for _ in range(3):
        await _minute()
    row = await InvoiceRequest.get(id=request.id)
    assert (row.state, row.trouble) == (InvoiceState.ISSUING, "EInvoiceError 401")
    town.simulation.settings.einvoice_key = key
    await clock.advance(timedelta(hours=1))
    await _minute()
    await _minute()
    row = await InvoiceRequest.get(id=request.id)
    assert (row.state, row.trouble) == (InvoiceState.ISSUED, "")
    assert len(town.simulation.world.issued_invoices) == 1


async def test_an_invoice_is_taken_back_whole_and_the_rest_may_be_asked_for_anew(town: Town):
    checkout, request = await _asked()
    await ordering.order(checkout.cashier, request.id, expected_version=1)
    await owed_work()
    await _minute()
    issued = await queries.one(checkout.cashier, request.id)
    assert not issued.needs_red
    await Bill.filter(id=request.bill_id).update(refunded_fen=1000)
    assert (await queries.one(checkout.cashier, request.id)).needs_red
    assert [row.id for row in await queries.of_store(checkout.cashier, checkout.store.id)] == [request.id]
    with pytest.raises(AlreadyAsked):
        await requests.ask(checkout.owner, request.bill_id, InvoiceKind.NORMAL, COMPANY)
    await ordering.order_red(checkout.cashier, request.id, RedReason.RETURNED, expected_version=issued.version)
    await owed_work()
    await _minute()
    row = await InvoiceRequest.get(id=request.id)
    assert (row.state, row.red_number) == (InvoiceState.RED, number_of(row.serial))
    assert await Message.filter(template="request_answered", variant="invoice_red").count() == 1
    again = await requests.ask(checkout.owner, request.bill_id, InvoiceKind.NORMAL, COMPANY)
    assert again.amount_fen == request.amount_fen - 1000


async def test_an_order_outlives_its_service_until_a_person_takes_it_over(town: Town, monkeypatch: pytest.MonkeyPatch):
    checkout, request = await _asked()
    await ordering.order(checkout.cashier, request.id, expected_version=1)
    await owed_work()
    with pytest.raises(ServiceStillAnswers):
        await ordering.take_over(checkout.cashier, request.id, expected_version=2)
    with monkeypatch.context() as gone:
        for name in ("WEDEALER_EINVOICE_URL", "WEDEALER_EINVOICE_KEY"):
            gone.setenv(name, "")
        get_settings.cache_clear()
        await _minute()
        row = await queries.one(checkout.cashier, request.id)
        assert (row.state, row.trouble) == (InvoiceState.ISSUING, "NoInvoiceService")
        taken = await ordering.take_over(checkout.cashier, request.id, expected_version=2)
        assert (taken.state, taken.service_said) == (InvoiceState.REQUESTED, ordering.TAKEN_OVER)
        await requests.issue(checkout.cashier, request.id, "1" * 20, expected_version=3)
        await _minute()
    get_settings.cache_clear()
    row = await queries.one(checkout.cashier, request.id)
    assert (row.state, row.number) == (InvoiceState.ISSUED, "1" * 20)


async def test_an_order_whose_service_is_set_up_again_ends_by_itself(town: Town, monkeypatch: pytest.MonkeyPatch):
    checkout, request = await _asked()
    await ordering.order(checkout.cashier, request.id, expected_version=1)
    with monkeypatch.context() as gone:
        for name in ("WEDEALER_EINVOICE_URL", "WEDEALER_EINVOICE_KEY"):
            gone.setenv(name, "")
        get_settings.cache_clear()
        await _minute()
    get_settings.cache_clear()
    await clock.advance(timedelta(hours=1))
    await _minute()
    await _minute()
    row = await queries.one(checkout.cashier, request.id)
    assert (row.state, row.trouble) == (InvoiceState.ISSUED, "")


async def test_without_a_service_everything_is_recorded_by_hand(database: None, monkeypatch: pytest.MonkeyPatch):
    for name in ("WEDEALER_EINVOICE_URL", "WEDEALER_EINVOICE_KEY"):
        monkeypatch.setenv(name, "")
    get_settings.cache_clear()
    checkout, request = await _asked()
    with pytest.raises(NoInvoiceService):
        await ordering.order(checkout.cashier, request.id, expected_version=1)
    await requests.issue(checkout.cashier, request.id, "1" * 20, expected_version=1)
    for wrong in ("1" * 20, "12"):
        with pytest.raises(NumberNotAccepted):
            await ordering.record_red(checkout.cashier, request.id, RedReason.MISTAKE, wrong, expected_version=2)
    red = await ordering.record_red(checkout.cashier, request.id, RedReason.MISTAKE, "2" * 20, expected_version=2)
    assert (red.state, red.red_number) == (InvoiceState.RED, "2" * 20)
    with pytest.raises(IllegalMove):
        await ordering.record_red(checkout.cashier, request.id, RedReason.MISTAKE, "3" * 20, expected_version=3)
