"""月结 at the desk and at finance: accounts of companies, bills put on them, and what they pay."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.monthly_accounts import queries, service
from crm_core.monthly_accounts.queries import MonthlyAccountPage, MonthlyAccountRow
from crm_core.monthly_accounts.rules import LAST_CLOSING_DAY
from foundation.web import Id, Schema, Version


class MonthlyAccountsQuery(Schema):
    """The store whose accounts are listed."""

    store_id: Id


class MonthlyAccountIn(Schema):
    """Whose account, up to how much, closed on which day of the month and paid within how many days."""

    store_id: Id
    customer_id: Id
    company: str = Field(min_length=2, max_length=60)
    limit_fen: int = Field(gt=0, le=10**11)
    closing_day: int = Field(ge=1, le=LAST_CLOSING_DAY)
    pay_within_days: int = Field(ge=1, le=90)


class AccountDecisionIn(Schema):
    """What is decided about the account as it was seen."""

    act: Literal["agree", "refuse", "stop", "resume"]
    version: Version


class ChargeIn(Schema):
    """How much of the bill, in fen, as it was seen."""

    amount_fen: int = Field(gt=0, le=10**11)
    version: Version


class RepaymentIn(Schema):
    """Money of the company under the bank's number; `month_id` is what it pays first."""

    amount_fen: int = Field(gt=0, le=10**11)
    reference: str = Field(min_length=1, max_length=40)
    month_id: Id | None = None
    version: Version


@api.get("/monthly-accounts", summary="A store's monthly accounts, overdue ones first")
async def staff_monthly_accounts(actor: Actor, query: MonthlyAccountsQuery) -> list[MonthlyAccountRow]:
    return [_masked(actor, row) for row in await queries.of_store(actor, query.store_id)]


@api.get("/monthly-accounts/{account_id}", summary="One account with its months and movements")
async def staff_monthly_account(actor: Actor, account_id: int) -> MonthlyAccountPage:
    page = await queries.page(actor, account_id)
    return replace(page, account=_masked(actor, page.account))


@api.post("/monthly-accounts", status=201, summary="Ask for an account for a company")
async def ask_for_monthly_account(actor: Actor, body: MonthlyAccountIn) -> MonthlyAccountPage:
    made = await service.ask(
        actor,
        body.store_id,
        body.customer_id,
        body.company,
        body.limit_fen,
        closing_day=body.closing_day,
        pay_within_days=body.pay_within_days,
    )
    return await staff_monthly_account(actor, made.id)


@api.post("/monthly-accounts/{account_id}/decision", summary="Agree, refuse, stop or resume")
async def decide_monthly_account(actor: Actor, account_id: int, body: AccountDecisionIn) -> MonthlyAccountPage:
    await service.decide(actor, account_id, body.act, expected_version=body.version)
    return await staff_monthly_account(actor, account_id)


@api.post("/monthly-accounts/{account_id}/repayments", summary="The company paid")
async def repay_monthly_account(actor: Actor, account_id: int, body: RepaymentIn) -> MonthlyAccountPage:
    await service.repay(
        actor,
        account_id,
        body.amount_fen,
        body.reference,
        month_id=body.month_id,
        expected_version=body.version,
    )
    return await staff_monthly_account(actor, account_id)


@api.post(
    "/bills/{bill_id}/account-charge",
    status=204,
    summary="挂账: put what is due, or a part of it, on the company's account",
)
async def charge_to_account(actor: Actor, bill_id: int, body: ChargeIn) -> None:
    await service.charge(actor, bill_id, body.amount_fen, expected_version=body.version)


def _masked(actor: Actor, row: MonthlyAccountRow) -> MonthlyAccountRow:
    return replace(row, customer_name=masked.name(actor, row.customer_name))
