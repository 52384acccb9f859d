"""The desk's money: a refund that waits to be paid out, yesterday's shift and what it lacked, and today's, open, with
what an owner paid ahead.
"""

from datetime import datetime, timedelta

from app.seed.living.crew import Crew
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.billing import refunding
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole
from crm_core.deposits import service as deposits
from crm_core.payments import shifts
from crm_core.payments.models import Payment, Refund
from crm_core.payments.rules import BY_HAND, Method, PaymentState
from crm_core.payments.shift_rules import COUNTED
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from foundation import clock
from foundation.refs import Ref


async def fill(crew: Crew, now: datetime) -> None:
    """All of it; the clock stands at twelve minutes before `now` afterwards, as it did before."""
    await _owe_a_refund(crew)
    await _shifts(crew, now)


async def _shifts(crew: Crew, now: datetime) -> None:
    """Yesterday's shift lacks five yuan and is closed; today's is open. A cashier who left never did."""
    cashier = crew.people(Role.CSH)[0]
    yesterday = clock.local(now).date() - timedelta(days=1)
    await clock.set_to(clock.at(yesterday, 8, 30))
    shift = await shifts.open_shift(cashier, crew.store.id, 500_00)
    await shifts.open_shift(await _who_left(crew), crew.store.id, 300_00)
    await clock.set_to(clock.at(yesterday, 18, 5))
    counted = dict.fromkeys(COUNTED, 0) | {Method.CASH: 495_00}
    await shifts.close(cashier, shift.id, counted, "找零多给了五元", expected_version=shift.version)
    await clock.set_to(now - timedelta(minutes=12))
    await shifts.open_shift(cashier, crew.store.id, 500_00)
    await _pay_ahead(crew, cashier)


async def _who_left(crew: Crew) -> Actor:
    """A cashier whose account has ended."""
    staff = await Staff.create(
        userid=f"left-{crew.store.code.lower()}", name="彭静", store_id=crew.store.id, is_active=False
    )
    await StaffRole.create(staff_id=staff.id, role=Role.CSH, store_id=crew.store.id)
    return await staff_actor(staff.id, or_former=True)


async def _pay_ahead(crew: Crew, cashier: Actor) -> None:
    """An owner whose car waits for parts has paid for them ahead; where none waits, one whose bill is not paid yet."""
    of_store = RepairOrder.filter(store_id=crew.store.id).order_by("id")
    order = await of_store.filter(state=HeaderState.WAIT_PARTS).first()
    order = order or await of_store.filter(state=HeaderState.BILLED).first()
    if order is None:
        return
    await deposits.pay_in(
        cashier, crew.store.id, order.customer_id, 500_00, Method.CASH, about=Ref("repair_order", order.id)
    )


async def _owe_a_refund(crew: Crew) -> None:
    """A refund of what was paid at the desk is agreed to, and nobody has given the money back yet."""
    at_desk = Payment.filter(store_id=crew.store.id, method__in=BY_HAND, state=PaymentState.SUCCESS, problem="")
    for payment in await at_desk.order_by("id"):
        bill = await Bill.get(id=int(payment.about.removeprefix("bill:")))
        line = await BillLine.filter(bill_id=bill.id).order_by("line_no").first()
        is_asked = await Refund.exists(payment_id=payment.id)
        if bill.state is BillState.PAID and not is_asked and line is not None and line.payable_fen >= 30_00:
            refund = await refunding.request(crew.next(Role.CSH), bill.id, {line.line_no: 30_00}, "洗车没洗，退洗车费")
            asked = await Approval.get(about=f"refund:{refund.id}")
            await approvals.decide(crew.next(Role.SVM), asked.id, agree=True, version_seen=asked.version)
            return
