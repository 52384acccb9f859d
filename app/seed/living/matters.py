"""Open work of staff: coupons in every state, templates and refunds to decide about, complaints taken up."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Final

from app.seed.group import HEAD_OF_GROUP
from app.seed.living import till
from app.seed.living.crew import Car, Crew
from app.seed.living.diary import Story
from app.seed.living.wishes import Catalogue
from crm_core.appointments import booking
from crm_core.appointments.errors import SlotNotPossible, SlotTaken, VehicleHasAppointment
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.bill_disputes import disputing
from crm_core.bill_disputes.models import BillDispute
from crm_core.billing import refunding
from crm_core.billing.models import Bill, BillLine, BillRefundLine
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons import claiming, ending, freezing, issuing, templates, voiding
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponKind
from crm_core.coupons.templates import Terms
from crm_core.customers.following_up import Contact, log_follow_up
from crm_core.dealerships.actors import Actor, owner, staff_actor
from crm_core.dealerships.models import Role, Staff
from crm_core.invoicing import requests
from crm_core.invoicing.rules import InvoiceKind, Title, TitleKind
from crm_core.payments.models import Refund
from crm_core.reach import asking as asking_for_reach
from crm_core.reach import queries as reach_queries
from crm_core.reach.rules import AskAnswer, AskPlace
from crm_core.repair_orders.afterwards import complaining
from crm_core.repair_orders.afterwards.complaining import Said
from crm_core.repair_orders.hand_over import disputes
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys import complaints
from crm_core.surveys.models import Complaint
from crm_core.surveys.rules import Brought, ComplaintState
from crm_core.telling import order_ask
from crm_core.vehicles.models import Binding, BindingState
from foundation import clock, database

ISSUED, CLAIMED, EXPIRED, VOIDED, FROZEN, LOCKED = "issued", "claimed", "expired", "voided", "frozen", "locked"
FATES: Final = (ISSUED, ISSUED, CLAIMED, CLAIMED, CLAIMED, EXPIRED, VOIDED, FROZEN, LOCKED, LOCKED)
_OWNERS_LOOK_BACK: Final = timedelta(days=14)
"""Nobody asks about a bill that is older."""
_GIFT: Final = "生日免费洗车"
_FOR_A_BOOKING: Final = "工时8折"

# What was said, by which channel, how many days before the story, and how many days after it the next contact is due.
_FOLLOW_UPS: Final[tuple[tuple[str, Contact, int, int], ...]] = (
    ("说这两天忙，约好再打", "call", 4, -1),
    ("想换大一点的车，等新款到店看", "wecom", 3, 0),
    ("嫌上次等得久，答应保养时给约第一个", "call", 2, 3),
)


def follow_ups(crew: Crew) -> Iterator[Story]:
    """What consultants and advisors have promised to come back to: overdue, today, in some days."""
    for role, column in ((Role.SC, "consultant_id"), (Role.SA, "advisor_id")):
        for number, keeper in enumerate(crew.people(role)):
            yield _follow_ups(keeper, column, number)


async def _follow_ups(keeper: Actor, column: str, number: int) -> AsyncIterator[datetime]:
    theirs = await database.fetch(
        f"SELECT id FROM customer WHERE {column} = $1 AND gone_reason = '' AND phone IS NOT NULL ORDER BY id LIMIT $2",
        keeper.id,
        len(_FOLLOW_UPS),
    )
    today = clock.today()
    for row, (body, contact, days_ago, again_in) in zip(theirs, _FOLLOW_UPS, strict=False):
        yield clock.at(today - timedelta(days=days_ago), 17, number * 5 % 60)
        again = clock.at(today + timedelta(days=again_in), 15, 30)
        await log_follow_up(keeper, row["id"], contact=contact, body=body, next_at=again)


def coupons(crew: Crew, catalogue: Catalogue) -> Iterator[Story]:
    """Gifts of the store's advisors and what became of them."""
    for number, fate in enumerate(FATES):
        car = crew.car(electric=False, with_phone=True)
        if car is not None and car.has_mini_program:
            yield _coupon(crew, catalogue, car, fate, number)


async def _coupon(crew: Crew, catalogue: Catalogue, car: Car, fate: str, number: int) -> AsyncIterator[datetime]:
    days_ago = 50 if fate == EXPIRED else 2 + number
    moment = clock.at(clock.today() - timedelta(days=days_ago), 10 + number % 7, number * 5)
    yield moment
    template = await CouponTemplate.get(name=_FOR_A_BOOKING if fate == LOCKED else _GIFT)
    giver = crew.next(Role.CRC)
    given = await issuing.gift(giver, template.id, car.customer_id)
    if fate == ISSUED:
        return
    yield moment + timedelta(hours=2)
    await claiming.claim(car.owner, given.id, vehicle_id=car.vehicle_id)
    if fate == VOIDED:
        yield moment + timedelta(hours=5)
        await _void(crew, given)
    elif fate == FROZEN:
        yield moment + timedelta(hours=5)
        await freezing.freeze(crew.next(Role.MKT), [given.id], "和另一张券用同一台手机领的，核对中")
    elif fate == LOCKED:
        yield moment + timedelta(hours=3)
        day = clock.today() + timedelta(days=9 + number % 3)
        try:
            await booking.book(
                car.owner, customer_id=car.customer_id, vehicle_id=car.vehicle_id, store_id=crew.store.id,
                item_ids=catalogue.ids(("MAINT-S",)), starts_at=clock.at(day, 14), coupon_id=given.id,
            )  # fmt: skip
        except (SlotTaken, SlotNotPossible, VehicleHasAppointment):
            return


async def _void(crew: Crew, given: Coupon) -> None:
    """A marketer asks, and the head of the group agrees, since the coupon is taken in every store."""
    asked = await voiding.ask(crew.next(Role.MKT), given.template_id, chosen=[given.id], reason="同一家人重复赠送")
    waiting = await Approval.get(about=f"coupon_voiding:{asked.id}")
    head = await Staff.get(userid=HEAD_OF_GROUP)
    await approvals.decide(await staff_actor(head.id), waiting.id, agree=True, version_seen=waiting.version)
    await voiding.carry_out(asked.id)


async def ask_for_decisions(crew: Crew, now: datetime) -> None:
    """A coupon template and a refund wait for a decision, owners wait for an answer, and complaints are open."""
    marketer = crew.people(Role.MKT)[-1]
    await clock.set_to(now - timedelta(minutes=35))
    wanted = Terms(
        "冬季电瓶立减80", CouponKind.THRESHOLD, quota=500, valid_days=60, value_fen=80_00, threshold_fen=600_00,
        item_codes=("BATT-12",), store_ids=(crew.store.id,),
    )  # fmt: skip
    template = await templates.draft(marketer, wanted)
    await templates.submit(marketer, template.id, expected_version=template.version, note="和供应商谈好了价")
    await clock.set_to(now - timedelta(minutes=12))
    await till.fill(crew, now)
    await _ask_for_refund(crew)
    await _ask_the_desk(crew, now - timedelta(minutes=40))
    await _take_up_complaint(crew, now - timedelta(minutes=8))


async def _ask_for_refund(crew: Crew) -> None:
    # A second refund of one payment has to wait a minute after the first.
    asked = await BillRefundLine.all().values_list("bill_id", flat=True)
    paid = await Bill.filter(store_id=crew.store.id, payer=Payer.CP, state=BillState.PAID, total_fen__gt=0)
    for bill in sorted((each for each in paid if each.id not in asked), key=lambda bill: bill.id, reverse=True):
        line = await BillLine.filter(bill_id=bill.id).order_by("-line_no").first()
        if line is not None and line.payable_fen > 0:
            wanted = {line.line_no: min(line.payable_fen, 60_00)}
            await refunding.request(crew.next(Role.CSH), bill.id, wanted, "多收了一个滤芯的差价")
            return


async def _ask_the_desk(crew: Crew, moment: datetime) -> None:
    """One owner waits for an invoice, one has theirs, one doubts a line of the bill before them and pays the rest, one
    has read the answer.
    """
    await clock.set_to(moment)
    bills = Bill.filter(store_id=crew.store.id, payer=Payer.CP, total_fen__gt=0).order_by("-id")
    paid = await bills.filter(state=BillState.PAID, paid_at__gt=moment - _OWNERS_LOOK_BACK)
    sent = await bills.filter(state=BillState.SENT)
    company = Title(
        TitleKind.COMPANY, f"{crew.store.city}市远航贸易有限公司", "91440300MA5F00007W", email="fapiao@example.com"
    )
    for bill in paid[:1]:
        await requests.ask(owner(bill.customer_id, openid=""), bill.id, InvoiceKind.SPECIAL, company)
    for bill in paid[2:3]:
        asked = await requests.ask(
            owner(bill.customer_id, openid=""), bill.id, InvoiceKind.NORMAL, Title(TitleKind.PERSON, "个人")
        )
        number = f"264420000000{crew.store.id:08}"
        await requests.issue(crew.people(Role.CSH)[-1], asked.id, number, expected_version=asked.version)
    for bill in sent[:1]:
        await _doubt(bill, "这项没见技师做，想看看旧件", is_held=True)
    await _want_money_back(paid)
    for bill in paid[1:2]:
        raised = await _doubt(bill, "工时比上次多了半小时")
        manager = crew.people(Role.SVM)[-1]
        await disputing.answer(manager, raised.id, "按厂家标准工时收费", is_corrected=False, expected_version=1)


async def _want_money_back(paid: list[Bill]) -> None:
    """An owner asked for it in the mini-program; it waits for an approver."""
    for bill in reversed(paid):
        line = await BillLine.filter(bill_id=bill.id).order_by("line_no").first()
        if line is not None and line.payable_fen >= 20_00 and not await Refund.exists(about=f"bill:{bill.id}"):
            actor = owner(bill.customer_id, openid="")
            await refunding.request(actor, bill.id, {line.line_no: 20_00}, "说好送洗车，没洗")
            return


async def _doubt(bill: Bill, reason: str, *, is_held: bool = False) -> BillDispute:
    line = await BillLine.filter(bill_id=bill.id).order_by("line_no").first()
    assert line is not None
    whose = owner(bill.customer_id, openid="")
    return await disputing.raise_dispute(whose, bill.id, line.line_no, reason, is_held=is_held)


async def _take_up_complaint(crew: Crew, moment: datetime) -> None:
    """Of two complaints the older one has been taken up, the newer one waits."""
    opened = await Complaint.filter(store_id=crew.store.id, state=ComplaintState.OPEN).order_by("id").first()
    if opened is not None:
        await clock.set_to(max(opened.opened_at + timedelta(minutes=25), clock.at(clock.today(), 8, 40)))
        await complaints.acknowledge(crew.people(Role.CRC)[-1], opened.id)
    await _bring_complaints(crew, moment)
    await _ask_for_reach(crew, moment)
    await _answer_on_the_page(crew, moment)
    await clock.set_to(moment)


async def _bring_complaints(crew: Crew, now: datetime) -> None:
    """One was brought by phone in its second hour, another is late with its plan and was told to the general manager,
    and one owner objects to how the car came back.
    """
    complained = Complaint.filter(store_id=crew.store.id).exclude(repair_order_id=None)
    manager = crew.people(Role.SVM)[-1]
    kept = RepairOrder.filter(store_id=crew.store.id).exclude(state__in=(HeaderState.VOID, HeaderState.LEFT))
    kept = kept.exclude(id__in=await complained.values_list("repair_order_id", flat=True))
    kept = kept.exclude(advisor_id=manager.id)
    # A large demo has cars that left long ago; in a small one those of this morning have to do.
    orders = sorted(await kept.order_by("-id").limit(200), key=lambda order: order.delivered_at is None)
    brought = (
        (timedelta(hours=27), Brought.OWNER, "洗完车后备箱里有水，地毯湿了"),
        (timedelta(minutes=95), Brought.PHONE, "说好上午能好，到现在没人回我电话"),
    )
    for order, (ago, way, words) in zip(orders, brought, strict=False):
        await clock.set_to(max(now - ago, order.opened_at + timedelta(minutes=5)))
        who = owner(order.customer_id, openid="") if way is Brought.OWNER else crew.people(Role.CRC)[-1]
        complaint = await complaining.about_order(who, order.id, Said(way, words))
        await clock.set_to(min(clock.now() + timedelta(minutes=40), now))
        await complaints.acknowledge(manager, complaint.id)
    for order in orders[2:]:
        confirmed = HandOver.filter(repair_order_id=order.id, state=HandOverState.CONFIRMED)
        if await confirmed.filter(confirmed_at__gt=now - timedelta(days=6)).exists():
            await clock.set_to(now - timedelta(minutes=50))
            await disputes.dispute(owner(order.customer_id, openid=""), order.id, "右前轮还有异响，和来之前一样")
            return


async def _ask_for_reach(crew: Crew, now: datetime) -> None:
    """Some owners were asked at the hand-over to become friends, to bind their car or to allow offers."""
    await clock.set_to(now - timedelta(minutes=30))
    advisor, answers = crew.people(Role.SA)[-1], (AskAnswer.YES, AskAnswer.LATER, AskAnswer.NO)
    orders = await RepairOrder.filter(store_id=crew.store.id).order_by("-id").limit(9)
    for number, customer_id in enumerate(dict.fromkeys(order.customer_id for order in orders)):
        wanted = await reach_queries.right_ask(advisor, crew.store.id, customer_id)
        if wanted.kind is not None:
            said = answers[number % len(answers)]
            await asking_for_reach.answer(advisor, crew.store.id, customer_id, wanted.kind, said, AskPlace.HAND_OVER)


async def _answer_on_the_page(crew: Crew, now: datetime) -> None:
    """Some owners whose cars are in the workshop answered what the page of their order asks; the others still may."""
    await clock.set_to(now - timedelta(minutes=18))
    answers = (AskAnswer.YES, AskAnswer.NO, AskAnswer.LATER)
    answered = 0
    here = RepairOrder.filter(store_id=crew.store.id, delivered_at=None, voided_at=None)
    for order in (await here.order_by("id"))[::2]:
        reader = owner(order.customer_id, openid="")
        mine = Binding.filter(vehicle_id=order.vehicle_id, customer_id=order.customer_id, state=BindingState.BOUND)
        if answered == len(answers) or not await mine.exists():
            continue
        wanted = await order_ask.of_owner(reader, order.id)
        if wanted.kind is not None:
            await order_ask.answer(reader, order.id, wanted.kind, answers[answered])
            answered += 1


async def end_what_is_over() -> None:
    """Expire what ran out before the story begins, as the nightly job would have done."""
    while await ending.expire_due():
        pass
