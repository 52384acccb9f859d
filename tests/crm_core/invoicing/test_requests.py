"""An owner asks for an invoice once, a cashier issues it, and each number stands for one."""

import asyncio
from typing import Any

import pytest

from crm_core.billing import paying
from crm_core.billing.models import Bill
from crm_core.dealerships.models import Role
from crm_core.invoicing import queries, requests, titles
from crm_core.invoicing.errors import AlreadyAsked, NothingToInvoice, NumberNotAccepted, TitleNotAccepted, TooManyTitles
from crm_core.invoicing.models import InvoiceRequest, InvoiceTitle
from crm_core.invoicing.rules import MOST_TITLES, InvoiceKind, InvoiceState, Title, TitleKind
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, NotFound, StaleVersion
from tests import factories as make
from tests.checkout import Checkout, make_checkout

COMPANY = Title(TitleKind.COMPANY, "深圳某某科技有限公司", "91440300ma5f00007w")
PERSON = Title(TitleKind.PERSON, "张伟")


async def _paid() -> tuple[Checkout, Bill]:
    checkout = await make_checkout()
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    return checkout, await Bill.get(id=bill.id)


async def test_an_unpaid_bill_has_no_invoice_and_a_paid_one_has_one_for_what_was_paid(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    with pytest.raises(NothingToInvoice):
        await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON)
    assert (await queries.page(checkout.owner, bill.id)).refusal == "付款后才能开发票。"
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    asked = await requests.ask(checkout.owner, bill.id, InvoiceKind.SPECIAL, COMPANY)
    assert (asked.amount_fen, asked.tax_number) == (bill.total_fen, "91440300MA5F00007W")
    page = await queries.page(checkout.owner, bill.id)
    assert [title.name for title in page.titles] == [COMPANY.name]
    assert (page.refusal, page.requests[0].state) == ("这张账单已经申请过发票。", InvoiceState.REQUESTED)
    assert await Message.filter(template="invoice_requested", staff_id=checkout.cashier.id).count() == 1


async def test_four_taps_at_once_ask_once_and_another_title_is_refused(database: None):
    checkout, bill = await _paid()
    asked = await asyncio.gather(*(requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON) for _ in range(4)))
    assert len({request.id for request in asked}) == 1
    with pytest.raises(AlreadyAsked):
        await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, COMPANY)


async def test_the_cashier_issues_it_with_a_number_of_its_own_and_the_owner_is_told(database: None):
    checkout, bill = await _paid()
    request = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON)
    with pytest.raises(NumberNotAccepted):
        await requests.issue(checkout.cashier, request.id, "123", expected_version=1)
    number = "25442000000012345678"
    issued = await requests.issue(checkout.cashier, request.id, number, expected_version=1)
    assert (issued.state, issued.handled_by_id) == (InvoiceState.ISSUED, checkout.cashier.id)
    told = await Message.get(template="request_answered", customer_id=checkout.customer.id)
    assert told.variant == "invoice_issued"
    with pytest.raises(IllegalMove):
        await requests.withdraw(checkout.owner, request.id, expected_version=2)
    other, theirs = await _paid()
    second = await requests.ask(other.owner, theirs.id, InvoiceKind.NORMAL, PERSON)
    with pytest.raises(NumberNotAccepted, match="另一个"):
        await requests.issue(other.cashier, second.id, number, expected_version=1)
    assert (await InvoiceRequest.get(id=second.id)).state is InvoiceState.REQUESTED


async def test_a_refused_or_withdrawn_request_may_be_asked_again(database: None):
    checkout, bill = await _paid()
    first = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON)
    with pytest.raises(StaleVersion):
        await requests.refuse(checkout.cashier, first.id, "抬头不全", expected_version=9)
    await requests.refuse(checkout.cashier, first.id, "抬头不全", expected_version=1)
    second = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, COMPANY)
    await requests.withdraw(checkout.owner, second.id, expected_version=1)
    await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON)
    states = [each.state for each in (await queries.page(checkout.owner, bill.id)).requests]
    assert states == [InvoiceState.REQUESTED, InvoiceState.WITHDRAWN, InvoiceState.REFUSED]


async def test_what_waits_too_long_is_told_once_to_who_leads_the_desk_and_counted(database: None):
    checkout, bill = await _paid()
    finance = await make.acting(Role.FIN, checkout.store)
    request = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON)
    await requests.remind()
    assert await Message.filter(variant="overdue").count() == 0
    await clock.set_to(request.due_at)
    for _ in range(2):
        await requests.remind()
    late = await Message.filter(template="invoice_requested", variant="overdue")
    assert {card.staff_id for card in late} == {finance.id, checkout.manager.id}
    counted = await queries.waiting(checkout.cashier, checkout.store.id)
    assert (counted.waiting, counted.overdue, counted.next_due_at) == (1, 1, request.due_at)
    await requests.issue(checkout.cashier, request.id, "1" * 20, expected_version=1)
    assert (await queries.waiting(checkout.cashier, checkout.store.id)).waiting == 0
    with pytest.raises(NotAllowed):
        await queries.waiting(await make.acting(Role.CSH, await make.make_store(advisors=0)), checkout.store.id)


async def test_others_ask_for_see_and_issue_nothing_of_it(database: None):
    checkout, bill = await _paid()
    request = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, PERSON)
    stranger = make.acting_owner(await make.make_customer(phone="13900000088"))
    away = await make.acting(Role.CSH, await make.make_store(advisors=0))
    attempts: list[tuple[Any, type[Exception]]] = [
        (requests.ask(stranger, bill.id, InvoiceKind.NORMAL, PERSON), NotFound),
        (requests.withdraw(stranger, request.id, expected_version=1), NotFound),
        (queries.page(stranger, bill.id), NotFound),
        (titles.forget(stranger, (await InvoiceTitle.get(customer_id=checkout.customer.id)).id), NotFound),
        (requests.issue(away, request.id, "1" * 20, expected_version=1), NotAllowed),
        (queries.of_store(away, checkout.store.id), NotAllowed),
        (queries.one(away, request.id), NotAllowed),
        (requests.issue(checkout.advisor, request.id, "1" * 20, expected_version=1), NotAllowed),
    ]
    for attempt, refusal in attempts:
        with pytest.raises(refusal):
            await attempt
    [row] = await queries.of_store(checkout.cashier, checkout.store.id)
    assert (row.id, row.name) == (request.id, "张伟")


async def test_titles_are_kept_once_and_not_without_end(database: None):
    owner = make.acting_owner(await make.make_customer())
    first = await titles.keep(owner, COMPANY)
    again = await titles.keep(owner, Title(**{**vars(COMPANY), "email": "a@b.cn"}))
    assert (again.id, again.email) == (first.id, "a@b.cn")
    with pytest.raises(TitleNotAccepted):
        await titles.keep(owner, Title(TitleKind.COMPANY, "某某公司", "91440300MA5F00007E"))
    for number in range(MOST_TITLES - 1):
        await titles.keep(owner, Title(TitleKind.PERSON, f"张伟{number}"))
    with pytest.raises(TooManyTitles):
        await titles.keep(owner, PERSON)
    await titles.forget(owner, first.id)
    assert len(await queries.titles_of(owner)) == MOST_TITLES - 1
