"""预存款 at the desk: money paid ahead, used on bills, and asked back."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.deposits import queries, service
from crm_core.deposits.queries import DepositPage, DepositRow
from crm_core.payments import queries as money
from crm_core.payments.queries import CodePaymentRow
from crm_core.payments.rules import Method
from foundation.refs import Ref
from foundation.web import Id, Schema, Version


class DepositsQuery(Schema):
    """The store whose deposits are listed."""

    store_id: Id


class PaidAheadIn(Schema):
    """Money taken at the desk for a customer."""

    store_id: Id
    customer_id: Id
    amount_fen: int = Field(gt=0, le=10**11)
    method: Literal["CASH", "CARD", "TRANSFER"]
    receipt_number: str = Field(default="", max_length=40)
    repair_order_id: Id | None = None
    """The order it is paid for ahead; without one it is for visits to come."""


class CodeAheadIn(Schema):
    """Money that is paid ahead by the code on a phone."""

    store_id: Id
    customer_id: Id
    amount_fen: int = Field(gt=0, le=10**11)
    auth_code: str = Field(min_length=1, max_length=40)
    repair_order_id: Id | None = None
    """The order it is paid for ahead; without one it is for visits to come."""


class DepositUseIn(Schema):
    """How much of the customer's deposit pays the bill as it was seen."""

    amount_fen: int = Field(gt=0, le=10**11)
    version: Version


class DepositRefundIn(Schema):
    """How much of which payment goes back, and why."""

    payment_id: Id
    amount_fen: int = Field(gt=0, le=10**11)
    reason: str = Field(min_length=1, max_length=80)


@api.get("/deposits", summary="A store's deposits, those with a balance first")
async def staff_deposits(actor: Actor, query: DepositsQuery) -> list[DepositRow]:
    return [_masked(actor, row) for row in await queries.of_store(actor, query.store_id)]


@api.get("/deposits/{deposit_id}", summary="One deposit with its movements")
async def staff_deposit(actor: Actor, deposit_id: int) -> DepositPage:
    page = await queries.page(actor, deposit_id)
    return replace(page, deposit=_masked(actor, page.deposit))


@api.post("/deposits", status=201, summary="预存: take money ahead")
async def pay_ahead(actor: Actor, body: PaidAheadIn) -> DepositPage:
    deposit = await service.pay_in(
        actor,
        body.store_id,
        body.customer_id,
        body.amount_fen,
        Method(body.method),
        receipt_number=body.receipt_number,
        about=None if body.repair_order_id is None else Ref("repair_order", body.repair_order_id),
    )
    return await staff_deposit(actor, deposit.id)


# A PUT, because it calls the platform, which must not happen in the transaction of an Idempotency-Key. A code is used
# once and a deposit has one payment under way, so a repetition takes nothing twice.
@api.put("/deposits/code-payment", summary="预存 by 付款码: take money ahead by the code on the payer's phone")
async def pay_ahead_by_code(actor: Actor, body: CodeAheadIn) -> CodePaymentRow:
    about = None if body.repair_order_id is None else Ref("repair_order", body.repair_order_id)
    payment_id = await service.pay_in_by_code(
        actor, body.store_id, body.customer_id, body.amount_fen, body.auth_code, about=about
    )
    return await money.code_payment(actor, payment_id)


@api.post("/bills/{bill_id}/deposit-use", status=204, summary="抵扣: the customer's deposit pays a part of the bill")
async def use_deposit(actor: Actor, bill_id: int, body: DepositUseIn) -> None:
    await service.use(actor, bill_id, body.amount_fen, expected_version=body.version)


@api.post("/deposits/refunds", status=204, summary="Ask for the refund of what was paid ahead")
async def ask_deposit_back(actor: Actor, body: DepositRefundIn) -> None:
    await service.ask_back(actor, body.payment_id, body.amount_fen, body.reason)


def _masked(actor: Actor, row: DepositRow) -> DepositRow:
    return replace(row, customer_name=masked.name(actor, row.customer_name))
