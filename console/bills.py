"""Bills as advisors, cashiers and approvers work with them: make, send, recall, receive, refund."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.billing import making, paying, queries, refund_queries, refundable_queries, refunding
from crm_core.billing.queries import DiscountOnBill, JobOnBill, StaffBillRow
from crm_core.billing.refund_queries import DeskRefundRow, RefundPage
from crm_core.billing.refundable_queries import RefundableBill
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.payments import abnormal, codes, paying_out
from crm_core.payments import paying as payments
from crm_core.payments import queries as money
from crm_core.payments.abnormal import Card
from crm_core.payments.queries import CodePaymentRow, FlaggedPayment, PaymentRow, RefundRow
from crm_core.payments.rules import Method
from foundation.reading import derive, read_model
from foundation.refs import Ref
from foundation.web import Id, Schema, Version

BillStateName = Literal["DRAFT", "SENT", "CONFIRMED", "PARTLY_PAID", "PAID", "PARTLY_REFUNDED", "REFUNDED", "SETTLED"]
RefundStateName = Literal["REQUESTED", "APPROVED", "PROCESSING", "SUCCESS", "ABNORMAL", "CLOSED"]


@read_model
class StaffBillOut:
    """A bill as staff see it; `about` is the thing it is for, for example `repair_order:12`."""

    id: int
    about: str
    number: str
    store_id: int
    customer_id: int
    customer_name: str
    plate: str
    series: str
    advisor: str
    payer: Payer
    state: BillState
    version: int
    jobs: list[JobOnBill]
    subtotal_fen: int
    discounts: list[DiscountOnBill]
    discount_fen: int
    total_fen: int
    paid_fen: int
    due_fen: int
    refunded_fen: int
    sent_at: datetime | None
    confirmed_at: datetime | None
    paid_at: datetime | None
    payments: list[PaymentRow]


class BillsQuery(Schema):
    """Which store, and optionally which state."""

    store_id: Id
    state: BillStateName | None = None


class BillStepIn(Schema):
    """The version the advisor saw."""

    version: Version


class OfflinePaymentIn(Schema):
    """Money taken at the desk, in fen, for the bill as it was seen."""

    amount_fen: int = Field(gt=0, le=10**11)
    method: Literal["CASH", "CARD", "TRANSFER"]
    receipt_number: str = Field(default="", max_length=40)
    version: Version


class CodePaymentIn(Schema):
    """The payer's code, how much it pays, in fen, and the version of the bill the cashier saw."""

    auth_code: str = Field(min_length=1, max_length=40)
    amount_fen: int = Field(gt=0, le=10**11)
    version: Version


class RefundLineIn(Schema):
    """How much of a line is refunded, in fen."""

    line_no: int = Field(ge=1, le=1000)
    amount_fen: int = Field(gt=0, le=10**11)


class RefundIn(Schema):
    """What is refunded and why."""

    lines: list[RefundLineIn] = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=80)
    payment_id: Id | None = None


class PayOutIn(Schema):
    """How the money went back, and the number of the receipt."""

    method: Literal["CASH", "CARD", "TRANSFER"]
    reference: str = Field(default="", max_length=40)


class RedirectIn(Schema):
    """Where it goes: to a debit card of the payer, or to our own card, after which the desk pays it out."""

    to: Literal["USER_BANK_CARD", "MERCHANT_BANK_CARD"]
    bank: str = Field(default="", max_length=20)
    account: str = Field(default="", max_length=40)
    holder: str = Field(default="", max_length=60)


class RefundsQuery(Schema):
    """Which store, and optionally which state."""

    store_id: Id
    state: RefundStateName | None = None


class FlaggedQuery(Schema):
    """Which store."""

    store_id: Id


class ReturnIn(Schema):
    """Why the whole payment is refunded."""

    reason: str = Field(min_length=1, max_length=80)


@api.post("/repair-orders/{repair_order_id}/bill", status=201, summary="Make the bills of a finished order")
async def make_bill(actor: Actor, repair_order_id: int) -> StaffBillOut:
    made = await making.make(actor, Ref("repair_order", repair_order_id))
    return await staff_bill(actor, made.id)


@api.get("/repair-orders/{repair_order_id}/bill", summary="The owner's bill of an order")
async def staff_bill_of_repair_order(actor: Actor, repair_order_id: int) -> StaffBillOut:
    return await staff_bill(actor, await queries.bill_of(actor, Ref("repair_order", repair_order_id)))


@api.get("/bills", summary="A store's bills, newest first")
async def staff_bills(actor: Actor, query: BillsQuery) -> list[StaffBillRow]:
    return [
        replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
        for row in await queries.of_store(actor, query.store_id, state=query.state)
    ]


@api.get("/bills/{bill_id}", summary="One bill with its payments")
async def staff_bill(actor: Actor, bill_id: int) -> StaffBillOut:
    page = await queries.page(actor, bill_id)
    return derive(
        StaffBillOut,
        page,
        customer_name=masked.name(actor, page.customer_name),
        plate=masked.plate(actor, page.plate),
        payments=await money.of_thing(Ref("bill", bill_id)),
    )


@api.post("/bills/{bill_id}/sending", summary="Send it to the owner with the best coupons chosen")
async def send_bill(actor: Actor, bill_id: int, body: BillStepIn) -> StaffBillOut:
    await making.send(actor, bill_id, expected_version=body.version)
    return await staff_bill(actor, bill_id)


@api.post("/bills/{bill_id}/recall", summary="Take it back before it is confirmed")
async def recall_bill(actor: Actor, bill_id: int, body: BillStepIn) -> StaffBillOut:
    await making.recall(actor, bill_id, expected_version=body.version)
    return await staff_bill(actor, bill_id)


@api.post("/bills/{bill_id}/offline-payments", status=201, summary="Receive money at the desk")
async def receive_payment(actor: Actor, bill_id: int, body: OfflinePaymentIn) -> StaffBillOut:
    await paying.receive_offline(
        actor,
        bill_id,
        body.amount_fen,
        Method(body.method),
        receipt_number=body.receipt_number,
        expected_version=body.version,
    )
    return await staff_bill(actor, bill_id)


# This is no POST because it calls the platform. A POST runs inside the transaction that its Idempotency-Key opens, and
# the platform must not be called inside a transaction.
@api.delete("/payments/{payment_id}", summary="Close an open phone payment, so that the desk may receive")
async def close_payment(actor: Actor, payment_id: int) -> None:
    await payments.cancel(actor, payment_id)


# A PUT, because it calls the platform (as above). Only one payment of a bill can be open, so a repetition takes nothing
# twice: it is told which payment is under way.
@api.put(
    "/bills/{bill_id}/code-payment",
    summary="付款码: take what is due, or a part of it, by the code on the payer's phone",
)
async def receive_by_code(actor: Actor, bill_id: int, body: CodePaymentIn) -> CodePaymentRow:
    payment_id = await paying.receive_by_code(
        actor, bill_id, body.auth_code, body.amount_fen, expected_version=body.version
    )
    return await money.code_payment(actor, payment_id)


@api.get("/code-payments/{payment_id}", summary="How far a payment by code is")
async def code_payment(actor: Actor, payment_id: int) -> CodePaymentRow:
    return await money.code_payment(actor, payment_id)


@api.delete("/code-payments/{payment_id}", summary="Take a payment by code back, unless it was paid by now")
async def cancel_code_payment(actor: Actor, payment_id: int) -> None:
    await codes.cancel(actor, payment_id)


@api.get("/bills/{bill_id}/refundable", summary="What may still be asked back of a bill, by line and by payment")
async def refundable(actor: Actor, bill_id: int) -> RefundableBill:
    return await refundable_queries.of_bill(actor, bill_id)


@api.post("/bills/{bill_id}/refunds", status=201, summary="Ask to give money back, line by line; others approve it")
async def request_refund(actor: Actor, bill_id: int, body: RefundIn) -> RefundRow:
    wanted = {line.line_no: line.amount_fen for line in body.lines}
    made = await refunding.request(actor, bill_id, wanted, body.reason, payment_id=body.payment_id)
    return await money.refund_made(made.id)


@api.get("/refunds", summary="A store's refunds, newest first")
async def store_refunds(actor: Actor, query: RefundsQuery) -> list[RefundRow]:
    return await money.refunds_of_store(actor, query.store_id, query.state)


@api.get("/desk-refunds", summary="A store's refunds with their bills, those that are not over first")
async def desk_refunds(actor: Actor, query: FlaggedQuery) -> list[DeskRefundRow]:
    return [
        replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate or ""))
        for row in await refund_queries.of_store(actor, query.store_id)
    ]


@api.post("/refunds/{refund_id}/pay-out", status=201, summary="The money of an approved refund was given back")
async def pay_refund_out(actor: Actor, refund_id: int, body: PayOutIn) -> RefundRow:
    made = await paying_out.pay_out(actor, refund_id, Method(body.method), body.reference)
    return await money.refund_made(made.id)


# A PUT, because it calls the platform (as above); the same refund is never paid twice.
@api.put("/refunds/{refund_id}/redirect", summary="Send a refund that the bank refused to a bank card")
async def redirect_refund(actor: Actor, refund_id: int, body: RedirectIn) -> RefundRow:
    card = None if body.to == "MERCHANT_BANK_CARD" else Card(body.bank, body.account, body.holder)
    await abnormal.redirect(actor, refund_id, card)
    return await money.refund_made(refund_id)


@api.get("/refunds/{refund_id}", summary="One refund with its lines, as its approvers see it")
async def get_refund(actor: Actor, refund_id: int) -> RefundPage:
    return await refund_queries.page(actor, refund_id)


@api.get("/flagged-payments", summary="Money that came and does not fit, for a person to look at")
async def flagged_payments(actor: Actor, query: FlaggedQuery) -> list[FlaggedPayment]:
    return await money.flagged(actor, query.store_id)


@api.post("/flagged-payments/{payment_id}/return", status=201, summary="Ask to give all of it back; others approve it")
async def return_payment(actor: Actor, payment_id: int, body: ReturnIn) -> RefundRow:
    made = await refunding.request_return(actor, payment_id, body.reason)
    return await money.refund_made(made.id)
