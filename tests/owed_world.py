"""Rows of the small world about what is owed: by a maker, by a company."""

from datetime import timedelta

from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.models import Staff
from crm_core.deposits.models import Deposit
from crm_core.monthly_accounts.models import AccountMonth, MonthlyAccount
from crm_core.monthly_accounts.rules import AccountState
from crm_core.receivables.models import Receivable
from crm_core.receivables.rules import ReceivableState
from crm_core.repair_orders.models import RepairOrder
from foundation import clock


async def what_is_owed(order: RepairOrder, mate: Staff) -> None:
    """One of each, made by `mate`."""
    now = clock.now()
    makers = await Bill.create(
        about=f"repair_order:{order.id}",
        number=order.number,
        title="维修工单",
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        made_by_id=mate.id,
        payer=Payer.W,
        state=BillState.CONFIRMED,
        created_at=now,
        confirmed_at=now,
    )
    await Receivable.create(
        bill_id=makers.id,
        store_id=order.store_id,
        customer_id=order.customer_id,
        payer=Payer.W,
        state=ReceivableState.OPEN,
        amount_fen=410_00,
        due_on=clock.today() + timedelta(days=7),
        opened_at=now,
    )
    await Deposit.create(
        store_id=order.store_id, customer_id=order.customer_id, balance_fen=0, opened_at=now, version=1
    )
    account = await MonthlyAccount.create(
        store_id=order.store_id,
        customer_id=order.customer_id,
        company="远航贸易",
        state=AccountState.ACTIVE,
        limit_fen=10_000_00,
        closing_day=25,
        pay_within_days=10,
        asked_by_id=order.advisor_id,
        asked_at=now,
        decided_by_id=mate.id,
        decided_at=now,
    )
    await AccountMonth.create(
        account_id=account.id, ends_on=clock.today(), due_on=clock.today(), charged_fen=300_00, paid_fen=300_00
    )
