"""Ordering invoices, and the red ones that take them back, at the service that is set up; where there is none, red
invoices are recorded by hand as the others are.

An order is a state of the request. Who ordered may go home: the timetable asks for its outcome until there is one.
"""

from datetime import datetime, timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.billing.models import Bill
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Store
from crm_core.invoicing import notices, requests, rules
from crm_core.invoicing.errors import NoInvoiceService, NumberNotAccepted, ServiceStillAnswers
from crm_core.invoicing.models import InvoiceRequest
from crm_core.invoicing.rules import AT_THE_SERVICE, InvoicePolicy, InvoiceState, RedReason
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.moves import next_state
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref
from integrations.einvoice import (
    Buyer,
    InvoiceAnswer,
    InvoiceLine,
    InvoiceOrder,
    InvoiceService,
    ServiceState,
    invoice_service,
)

FOLLOW: Final = "invoicing.follow_order"
OWED: Final = Debt(
    "invoice_request",
    open_when=f"state IN ({literals(*AT_THE_SERVICE)})",
    since="ordered_at",
    job=FOLLOW,
    argument="invoice_request_id",
)
LOOK_AGAIN: Final = timedelta(seconds=20)
"""The tax bureau answers within seconds."""
SOLD: Final = "汽车维修服务"
TAKEN_OVER: Final = "开票服务停用后收回，先在税务系统核对有没有开出"


async def order(actor: Actor, invoice_request_id: int, *, expected_version: int) -> InvoiceRequest:
    """Have the service issue the invoice.

    Raises:
        NoInvoiceService: none is set up.
        RequestNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    _service()
    async with database.transaction():
        request = await requests.taken(actor, invoice_request_id, "invoices.issue", expected_version)
        request.tax_percent = (await policy_of(InvoicePolicy, request.store_id)).tax_percent
        await _hand_in(actor, request, "order", f"inv-{request.id}-{request.version}")
        return request


async def order_red(
    actor: Actor, invoice_request_id: int, reason: RedReason, *, expected_version: int
) -> InvoiceRequest:
    """Have the service take the whole invoice back; for what remains paid the owner may ask anew.

    Raises:
        NoInvoiceService: none is set up.
        RequestNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    _service()
    async with database.transaction():
        request = await requests.taken(actor, invoice_request_id, "invoices.issue", expected_version)
        request.red_reason = reason
        await _hand_in(actor, request, "order_red", f"red-{request.id}-{request.version}")
        return request


async def record_red(
    actor: Actor, invoice_request_id: int, reason: RedReason, number: str, *, expected_version: int
) -> InvoiceRequest:
    """Record that the invoice was taken back in the tax bureau's system, with the number of the red one.

    Raises:
        NumberNotAccepted: the text is no invoice number, or is that of another invoice.
        RequestNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        request = await requests.taken(actor, invoice_request_id, "invoices.issue", expected_version)
        refusal = rules.number_refusal(number)
        if refusal is not None or number == request.number:
            raise NumberNotAccepted(refusal or "这是蓝字发票的号码，请填红字发票的。")
        request.red_reason, request.handled_by_id = reason, actor.id
        await _taken_back(request, number, "redden")
        return request


async def take_over(actor: Actor, invoice_request_id: int, *, expected_version: int) -> InvoiceRequest:
    """收回: the service is not set up any more, so nobody would ever hear of the order. A person looked into the tax
    bureau's system; they record there what was issued, or issue it by hand.

    Raises:
        ServiceStillAnswers: one is set up, and will be asked.
        RequestNotFound, NotAllowed, StaleVersion, IllegalMove: it is not at the service.
    """
    async with database.transaction():
        request = await requests.taken(actor, invoice_request_id, "invoices.issue", expected_version)
        if invoice_service() is not None:
            raise ServiceStillAnswers
        request.state = next_state(rules.REQUEST_MOVES, request.state, "take_over")
        request.service_said, request.handled_by_id = TAKEN_OVER, actor.id
        request.version += 1
        await request.save()
        about = Ref("invoice_request", request.id)
        await audit.note(actor, "invoices.take_over", about, serial=request.serial, state=request.state.value)
        return request


async def follow(invoice_request_id: int) -> datetime | None:
    """Ask the service about an order and note its outcome. Harmless to repeat.

    It calls the service, so it must not run in a transaction.

    Returns:
        When to look again, if the order is not done yet.

    Raises:
        EInvoiceError, PlatformError: the debt is tried again.
    """
    request = await InvoiceRequest.get_or_none(id=invoice_request_id)
    if request is None or request.state not in AT_THE_SERVICE:
        return None
    answer = await _asked(_service(), request)
    if answer.state is ServiceState.PENDING:
        return clock.now() + LOOK_AGAIN
    async with database.transaction():
        current = await InvoiceRequest.select_for_update().get(id=invoice_request_id)
        if (current.state, current.serial) == (request.state, request.serial):
            await _note(current, answer)
    return None


def _service() -> InvoiceService:
    service = invoice_service()
    if service is None:
        raise NoInvoiceService
    return service


async def _hand_in(actor: Actor, request: InvoiceRequest, act: str, serial: str) -> None:
    request.state = next_state(rules.REQUEST_MOVES, request.state, act)
    request.serial, request.ordered_at, request.service_said = serial, clock.now(), ""
    request.handled_by_id = actor.id
    request.next_try_at, request.tries, request.trouble = None, 0, ""
    request.version += 1
    await request.save()
    await OWED.hint([request.id])


async def _asked(service: InvoiceService, request: InvoiceRequest) -> InvoiceAnswer:
    if request.state is InvoiceState.REDDENING:
        assert request.red_reason is not None
        return await service.redden(request.serial, request.number, request.red_reason.value)
    return await service.issue(request.serial, await _contents(request))


async def _contents(request: InvoiceRequest) -> InvoiceOrder:
    """The order as it goes out. Nothing in it changes any more, so that an order sent again is the same order."""
    store = await Store.get(id=request.store_id)
    bill = await Bill.get(id=request.bill_id)
    percent = request.tax_percent or 0
    net_fen, tax_fen = rules.net_of_tax(request.amount_fen, percent)
    return InvoiceOrder(
        store=store.code,
        kind=request.kind.value,
        buyer=Buyer(
            request.name,
            request.tax_number,
            request.address,
            request.phone,
            request.bank,
            request.account,
            request.email,
        ),
        lines=(InvoiceLine(SOLD, percent, request.amount_fen, net_fen, tax_fen),),
        remark=bill.number,
    )


async def _note(request: InvoiceRequest, answer: InvoiceAnswer) -> None:
    if answer.state is ServiceState.REFUSED:
        await _give_back(request, answer.reason)
        return
    try:
        async with database.savepoint():
            if request.state is InvoiceState.REDDENING:
                await _taken_back(request, answer.number, "deliver")
            else:
                await requests.note_number(system("einvoice"), request, answer.number, "deliver")
    except NumberNotAccepted as refused:
        await _give_back(await InvoiceRequest.get(id=request.id), refused.message)


async def _give_back(request: InvoiceRequest, why: str) -> None:
    request.state = next_state(rules.REQUEST_MOVES, request.state, "give_back")
    request.service_said = why
    request.version += 1
    await request.save()


async def _taken_back(request: InvoiceRequest, number: str, act: str) -> None:
    request.state = next_state(rules.REQUEST_MOVES, request.state, act)
    request.red_number, request.red_at = number, clock.now()
    request.version += 1
    try:
        async with database.savepoint():
            await request.save()
    except IntegrityError as error:
        raise NumberNotAccepted("这个发票号码已经登记在另一个申请上。") from error
    await notices.tell_it_was_taken_back(request)
