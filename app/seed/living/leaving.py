"""After the work: wash, bill, payment, hand-over, and the survey a day later."""

from datetime import timedelta

from app.seed.living.visit import Moments, Until, Visit
from crm_core.appointments.models import Appointment
from crm_core.billing import making, paying
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState
from crm_core.dealerships.models import Role
from crm_core.monthly_accounts import service as monthly_accounts
from crm_core.payments.rules import Method
from crm_core.policies.current import policy_of
from crm_core.repair_orders import (
    quality,
    settlement,
)
from crm_core.repair_orders.hand_over import disputes, giving_back
from crm_core.repair_orders.hand_over import jobs as hand_over_jobs
from crm_core.repair_orders.models import RepairOrder
from crm_core.surveys import answering, asking
from crm_core.surveys.models import Survey
from crm_core.surveys.rules import Answers, SurveyState
from crm_core.valet import asking as valet
from crm_core.valet.rules import RunKind, ValetPolicy, Window, return_from
from crm_core.valet.rules import Visit as BookedTime
from foundation import clock
from foundation.refs import Ref


async def finish(visit: Visit) -> Moments:
    if visit.until is Until.QC_PASSED:
        return
    yield clock.now() + timedelta(minutes=3)
    if visit.until is Until.WASHING or visit.number % 3:
        await quality.start_wash(visit.advisor, visit.order_id)
        if visit.until is Until.WASHING:
            return
        yield clock.now() + timedelta(minutes=9)
    await quality.mark_ready(visit.advisor, visit.order_id)
    if visit.until is Until.READY:
        return
    yield clock.now() + timedelta(minutes=3)
    if visit.until is Until.BILLED:
        await _ask_to_have_it_brought(visit)
    bill = await making.make(visit.advisor, Ref("repair_order", visit.order_id))
    bill = await making.send(visit.advisor, bill.id)
    if visit.until is Until.BILLED:
        return
    yield clock.now() + timedelta(minutes=4)
    await _pay(visit, bill)
    if visit.until in (Until.BILL_CONFIRMED, Until.PARTLY_PAID, Until.PAID):
        return
    yield clock.now() + timedelta(minutes=4)
    await giving_back.offer(
        visit.advisor, visit.order_id, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True
    )
    if visit.until is Until.HANDED_OVER:
        return
    async for moment in _take_the_car(visit):
        yield moment


async def _ask_to_have_it_brought(visit: Visit) -> None:
    """送车上门, where the store asks a fee for it: it is on the bill that waits."""
    order = await RepairOrder.get(id=visit.order_id)
    policy = await policy_of(ValetPolicy, order.store_id)
    booked = await Appointment.get_or_none(id=order.appointment_id)
    if booked is None or not policy.fee_fen:
        return
    soon = clock.now() + timedelta(minutes=policy.lead_minutes + 5)
    begins_at = max(soon, return_from(BookedTime(booked.starts_at, booked.minutes), policy))
    window = Window(begins_at, begins_at + timedelta(hours=1))
    day = clock.local(begins_at).date()
    if window.ends_at > clock.at(day, policy.latest_at.hour, policy.latest_at.minute):
        # Nobody is visited at night: then the next morning.
        morning = clock.at(day + timedelta(days=1), 9)
        window = Window(morning, morning + timedelta(hours=1))
    await valet.ask(
        visit.advisor, booked.id, valet.Wish(RunKind.RETURN, "南山区海德三道 126 号地库 B2", "13800005678", window)
    )


async def _pay(visit: Visit, bill: Bill) -> None:
    if visit.until is Until.BILL_CONFIRMED:
        await paying.confirm(visit.car.owner, bill.id)
        return
    bill = await Bill.get(id=bill.id)
    due = paying.due_fen(bill)
    if bill.state not in (BillState.SENT, *paying.PAYABLE) or not due:
        return
    if visit.until is Until.PAID:
        await _put_on_account(visit, bill, due)
        return
    method = (Method.CARD, Method.CASH, Method.TRANSFER)[visit.number % 3]
    receipt = f"POS{visit.number:06d}" if method is Method.CARD else ""
    amount = due // 2 if visit.until is Until.PARTLY_PAID else due
    await paying.receive_offline(visit.crew.next(Role.CSH), bill.id, amount, method, receipt_number=receipt)


async def _put_on_account(visit: Visit, bill: Bill, due_fen: int) -> None:
    """A company's car: its account is nearly used up by this bill."""
    asked = await monthly_accounts.ask(
        visit.advisor, bill.store_id, bill.customer_id, f"{visit.crew.store.city}市远航贸易有限公司", due_fen + 50_00,
        closing_day=25, pay_within_days=15,
    )  # fmt: skip
    await monthly_accounts.decide(visit.crew.next(Role.GM), asked.id, "agree", expected_version=1)
    await monthly_accounts.charge(visit.crew.next(Role.CSH), bill.id, expected_version=bill.version)


async def _take_the_car(visit: Visit) -> Moments:
    yield clock.now() + timedelta(minutes=3)
    if visit.answers.disputes:
        await disputes.dispute(visit.car.owner, visit.order_id, visit.answers.disputes)
        return
    if not visit.car.has_mini_program:
        await giving_back.note_departure(visit.advisor, visit.order_id)
        yield clock.now() + timedelta(hours=48, minutes=5)
        await hand_over_jobs.auto_confirm_hand_overs()
    else:
        await giving_back.confirm(visit.car.owner, visit.order_id)
    delivered_at = clock.now()
    survey = await Survey.get_or_none(repair_order_id=visit.order_id)
    if survey is not None:
        yield survey.send_at
        await asking.send(survey.id)
        async for moment in _answer(visit, survey.id):
            yield moment
    yield delivered_at + timedelta(days=settlement.CLOSES_AFTER_DAYS, hours=6)
    await settlement.close(visit.order_id)


async def _answer(visit: Visit, survey_id: int) -> Moments:
    survey = await Survey.get(id=survey_id)
    if survey.state is not SurveyState.SENT or visit.answers.score is None or not visit.car.has_mini_program:
        return
    yield clock.now() + timedelta(minutes=40 + visit.number * 11 % 200)
    await answering.open_survey(visit.car.owner, survey_id)
    yield clock.now() + timedelta(minutes=2)
    score = visit.answers.score
    said = Answers(recommend=score, satisfied=score > 5, explained=score > 4, comment=visit.answers.comment)
    await answering.answer(visit.car.owner, survey_id, said)
