"""One visit to the workshop, from the booking to the answered survey, through the verbs of the people who do it.

A visit stops at its `until`: the car then stands there for whoever looks. Without one it goes on until the diary ends.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from app.seed.living.crew import Car, Crew
from app.seed.living.wishes import Catalogue
from app.seed.pictures import POSITIONS, Album
from crm_core.appointments import booking
from crm_core.appointments import service as appointments
from crm_core.appointments.errors import SlotNotPossible, SlotTaken, VehicleHasAppointment
from crm_core.appointments.models import Appointment
from crm_core.billing import disputes, hand_over, making, paying
from crm_core.billing import jobs as billing_jobs
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.parts.models import PartRequest, RequestState
from crm_core.payments.rules import Method
from crm_core.repair_orders import (
    additional_work,
    deciding,
    dispatching,
    estimating,
    inspection,
    material,
    opening,
    promises,
    quality,
    settlement,
    work,
)
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.errors import AlreadyClockedOn
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.inspection import Damage, InspectionPhoto
from crm_core.repair_orders.models import AdditionalWork, Payer, RepairLine, RepairOrder
from crm_core.repair_orders.rules import LineState
from crm_core.surveys import answering, asking
from crm_core.surveys.models import Survey
from crm_core.surveys.rules import SurveyState
from foundation import clock

Moments = AsyncIterator[datetime]


class Until(IntEnum):
    """How far a visit has come."""

    ARRIVED = 1
    OPENED = 2
    PRECHECKED = 3
    QUOTED = 4
    LEFT = 5
    VOID = 6
    AUTHORIZED = 7
    DISPATCHED = 8
    IN_PROGRESS = 9
    WAIT_OWNER = 10
    WAIT_PARTS = 11
    STOPPED = 12
    QC_PENDING = 13
    REWORK = 14
    QC_PASSED = 15
    WASHING = 16
    READY = 17
    BILLED = 18
    BILL_CONFIRMED = 19
    PARTLY_PAID = 20
    PAID = 21
    HANDED_OVER = 22
    END = 99


@dataclass(frozen=True)
class Extra:
    """Additional work found on the way: catalogue code, urgency, what the technician saw, what the owner said."""

    code: str
    urgency: Urgency
    finding: str
    decision: Decision = Decision.APPROVED
    photo: str = "pads"


@dataclass(frozen=True)
class Answers:
    """What the owner says a day later; None of a score leaves the survey unanswered."""

    score: int | None = 10
    comment: str = ""
    disputes: str = ""
    """Objects to the hand-over in these words instead of confirming it."""


@dataclass
class Visit:
    """What is to happen; `arrives` is when the car is at the gate."""

    crew: Crew
    catalogue: Catalogue
    album: Album
    car: Car
    arrives: datetime
    jobs: tuple[str, ...]
    complaint: str
    until: Until = Until.END
    is_booked: bool = True
    extra: tuple[Extra, ...] = ()
    fails_check: bool = False
    payer: Payer = Payer.CP
    answers: Answers = Answers()
    campaign_token: str = ""
    coupon_id: int | None = None
    number: int = 0
    """Of the store's list: varies paint, mileage and small times."""
    advisor: Actor = field(init=False)
    order_id: int = 0
    _sheet_id: int = 0
    _sheet_lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.advisor = self.crew.next(Role.SA)

    async def story(self) -> Moments:
        """Live it."""
        if self.is_booked:
            yield (asked_at := self._asked_at())
            appointment = await self._book()
            if appointment is not None:
                yield asked_at + timedelta(minutes=12)
                if appointment.confirmed_at is None:
                    await appointments.confirm(self.advisor, appointment.id)
                yield self.arrives
                await appointments.check_in(self.advisor, appointment.id)
                if self.until is Until.ARRIVED:
                    return
                yield self.arrives + timedelta(minutes=4)
                await self._open(appointment)
        if not self.order_id:
            yield self.arrives + timedelta(minutes=3)
            await self._open(None)
        async for moment in self._in_the_workshop():
            yield moment

    async def _in_the_workshop(self) -> Moments:
        at = clock.now()
        if self.until is Until.OPENED:
            return
        if self.until is Until.VOID:
            yield at + timedelta(minutes=6)
            await opening.void(self.crew.next(Role.SVM), self.order_id, "重复开单")
            return
        yield (at := at + timedelta(minutes=5 + self.number % 3))
        await self._inspect()
        if self.until is Until.PRECHECKED:
            return
        yield (at := at + timedelta(minutes=4))
        await self._quote()
        if self.until is Until.QUOTED:
            return
        yield (at := at + timedelta(minutes=3))
        if self.until is Until.LEFT:
            decider, how = (self.car.owner, "mini_program") if self.car.has_mini_program else (self.advisor, "paper")
            await estimating.decline_estimate(decider, self.order_id, 1, how=how)
            return
        await self._authorise()
        if self.until is Until.AUTHORIZED:
            return
        yield at + timedelta(minutes=3)
        await self._dispatch()
        if self.until is Until.DISPATCHED:
            return
        async for moment in self._work():
            yield moment
        if self.until <= Until.REWORK:
            return
        async for moment in self._finish():
            yield moment

    # -- before the work ----------------------------------------------------------------------------------------------

    def _asked_at(self) -> datetime:
        """One to five days before, in the evening or over lunch."""
        day = clock.local(self.arrives).date() - timedelta(days=1 + self.number % 5)
        return clock.at(day, (12, 20, 19, 21)[self.number % 4], self.number * 7 % 60)

    async def _book(self) -> Appointment | None:
        """The slot of the arrival, or one close by; None when the house was full, and the owner comes without."""
        desk = self.car.owner if self.car.has_mini_program else self.crew.next(Role.CRC)
        slot_at = _slot_before(self.arrives)
        for step in (0, -30, 30):
            try:
                return await booking.book(
                    desk,
                    customer_id=self.car.customer_id,
                    vehicle_id=self.car.vehicle_id,
                    store_id=self.crew.store.id,
                    item_ids=self.catalogue.ids(self.jobs),
                    starts_at=slot_at + timedelta(minutes=step),
                    waits_on_site=self.number % 2 == 0,
                    campaign_token=self.campaign_token,
                    coupon_id=self.coupon_id,
                )
            except (SlotTaken, SlotNotPossible, VehicleHasAppointment):
                continue
        return None

    async def _open(self, appointment: Appointment | None) -> None:
        mileage = self.car.mileage_km + 4_000 + self.number * 137 % 5_000
        if appointment is not None:
            order = await opening.open_from_appointment(
                self.advisor, appointment.id, mileage_km=mileage, complaint=self.complaint
            )
        else:
            order = await opening.open_walk_in(
                self.advisor,
                store_id=self.crew.store.id,
                customer_id=self.car.customer_id,
                vehicle_id=self.car.vehicle_id,
                mileage_km=mileage,
                complaint=self.complaint,
                waits_on_site=self.number % 3 == 0,
            )
        self.order_id = order.id

    async def _inspect(self) -> None:
        photos = [InspectionPhoto(position, await self.album.of_car(position, self.number)) for position in POSITIONS]
        scratch = Damage("右后门", "划痕 2 厘米", await self.album.of("scratch", self.number))
        await inspection.pre_inspect(
            self.advisor,
            self.order_id,
            energy_percent=20 + self.number * 13 % 75,
            photos=photos,
            damages=[scratch] if self.number % 4 == 0 else [],
            belongings="行车记录仪" if self.number % 3 == 0 else "",
            valuables_reminded=True,
            covers_on=True,
        )
        signature = await self.album.signature(self.number % 9)
        if self.car.has_mini_program:
            await inspection.sign_inspection(self.car.owner, self.order_id, signature)
        else:
            await inspection.sign_on_advisors_screen(self.advisor, self.order_id, signature)

    async def _quote(self) -> None:
        claim = {Payer.W: "W2611-08842", Payer.I: "DS-440305-771"}.get(self.payer, "")
        lines = [WantedLine(item_id, self.payer, claim) for item_id in self.catalogue.ids(self.jobs)]
        minutes = self.catalogue.minutes(self.jobs) + 70
        await estimating.make_estimate(self.advisor, self.order_id, lines, _rounded(clock.now(), minutes))
        await estimating.send_estimate(self.advisor, self.order_id)

    async def _authorise(self) -> None:
        keeps = self.number % 5 == 0
        if self.car.has_mini_program:
            signature = await self.album.signature(self.number % 9)
            await estimating.authorise_estimate(
                self.car.owner, self.order_id, 1, signature=signature, keeps_old_parts=keeps
            )
        else:
            await estimating.record_authorisation(
                self.advisor, self.order_id, 1, await self._on_paper(), keeps_old_parts=keeps
            )

    async def _on_paper(self) -> Evidence:
        return Evidence(how="paper", photo=await self.album.of("plate_check", self.number % 3))

    # -- the work -----------------------------------------------------------------------------------------------------

    async def _dispatch(self) -> None:
        """Each job to whom the rules recommend, as far as they belong to the crew."""
        controller = self.crew.next(Role.WC)
        order = await RepairOrder.get(id=self.order_id)
        for line in await self._lines(LineState.AUTHORIZED):
            for choice in await dispatching.recommend(order, line):
                technician_id = choice.recommendation.technician_id
                is_ours = self.crew.by_id(Role.TEC, technician_id) is not None
                if is_ours and choice.recommendation.is_eligible and choice.bay_id is not None:
                    await dispatching.dispatch(
                        controller, self.order_id, [line.id], technician_id=technician_id, bay_id=choice.bay_id
                    )
                    break

    async def _work(self) -> Moments:
        if self.until is Until.WAIT_PARTS:
            wanted = await PartRequest.filter(repair_order_id=self.order_id, state=RequestState.RESERVED).first()
            if wanted is not None:
                await material.back_order_part(self.crew.next(Role.PRT), wanted.id, self._delivery())
        if await PartRequest.exists(repair_order_id=self.order_id, state=RequestState.RESERVED):
            await material.issue_parts(self.crew.next(Role.PRT), self.order_id)
        has_found = False
        while lines := await self._lines(LineState.ASSIGNED, LineState.QC_FAIL):
            line = lines[0]
            async for moment in self._begin(line):
                yield moment
            if self.until is Until.WAIT_PARTS:
                yield clock.now() + timedelta(minutes=12)
                await material.wait_for_parts(self._doer(line), line.id, self._delivery())
                return
            if self.extra and not has_found:
                has_found = True
                yield clock.now() + timedelta(minutes=8)
                await self._find(line)
                if self.until is Until.WAIT_OWNER:
                    return
                yield clock.now() + timedelta(minutes=6)
                await self._decide()
            if self.until is Until.IN_PROGRESS:
                return
            if self.until is Until.STOPPED:
                yield clock.now() + timedelta(minutes=10)
                await opening.stop(self.crew.next(Role.SVM), self.order_id, "车主临时有急事，剩下的改天做")
                for unused in await PartRequest.filter(repair_order_id=self.order_id, state=RequestState.ISSUED):
                    await material.take_back_part(self.crew.next(Role.PRT), unused.id)
                return
            yield clock.now() + timedelta(minutes=round(line.minutes * 0.55))
            await work.finish_line(self._doer(line), line.id, [await self._photo(line, "施工后")])
            if await self._lines(LineState.AUTHORIZED):
                await self._dispatch()
                if await PartRequest.exists(repair_order_id=self.order_id, state=RequestState.RESERVED):
                    await material.issue_parts(self.crew.next(Role.PRT), self.order_id)
        yield clock.now() + timedelta(minutes=2)
        await work.tick_checks(self.crew.next(Role.WC), self.order_id)
        if self.until is Until.QC_PENDING:
            return
        yield clock.now() + timedelta(minutes=5)
        if self.fails_check or self.until is Until.REWORK:
            self.fails_check = False
            await self._fail()
            if self.until is Until.REWORK:
                return
            async for moment in self._work():
                yield moment
            return
        await quality.pass_check(
            self._inspector(await self._lines(LineState.DONE)),
            self.order_id,
            checklist=("螺丝扭力", "油液液位", "有无渗漏"),
            was_road_tested=True,
        )

    async def _begin(self, line: RepairLine) -> Moments:
        """Clock on when the technician is free; whoever still has another car on the lift begins later."""
        start = max(clock.now() + timedelta(minutes=2), line.planned_starts_at or clock.now())
        for attempt in range(20):
            yield start + timedelta(minutes=7 * attempt)
            try:
                await work.clock_on(self._doer(line), line.id, photos=[await self._photo(line, "施工前")])
            except AlreadyClockedOn:
                continue
            return

    async def _find(self, line: RepairLine) -> None:
        findings = [
            Finding(
                each.finding,
                each.urgency,
                [{"key": await self.album.of(each.photo, self.number), "label": "发现"}],
                item_id=self.catalogue.ids((each.code,))[0],
            )
            for each in self.extra
        ]
        sheet = await additional_work.propose(
            self._doer(line), self.order_id, findings,
            pauses_line_id=line.id if self.until is Until.WAIT_OWNER else None,
        )  # fmt: skip
        found = await RepairLine.filter(additional_work_id=sheet.id).order_by("id")
        await additional_work.price(self.advisor, sheet.id, [ItemPrice(each.id) for each in found])
        await additional_work.send(self.advisor, sheet.id)
        self._sheet_id, self._sheet_lines = sheet.id, [each.id for each in found]

    async def _decide(self) -> None:
        said = {line_id: each.decision for line_id, each in zip(self._sheet_lines, self.extra, strict=True)}
        if self.car.has_mini_program:
            sheet = await AdditionalWork.get(id=self._sheet_id)
            signature = await self.album.signature(self.number % 9)
            await deciding.decide(self.car.owner, sheet.id, sheet.version, said, refusal_signature=signature)
        else:
            await deciding.record_decision(self.advisor, self._sheet_id, said, await self._on_paper())

    async def _fail(self) -> None:
        done = await self._lines(LineState.DONE)
        photo = {"key": await self.album.of("torque", self.number), "label": "没过"}
        await quality.fail_check(
            self._inspector(done), self.order_id, [done[0].id], "右前轮螺丝扭力不够", [photo], checklist=("螺丝扭力",)
        )

    # -- after the work -----------------------------------------------------------------------------------------------

    async def _finish(self) -> Moments:
        if self.until is Until.QC_PASSED:
            return
        yield clock.now() + timedelta(minutes=3)
        if self.until is Until.WASHING or self.number % 3:
            await quality.start_wash(self.advisor, self.order_id)
            if self.until is Until.WASHING:
                return
            yield clock.now() + timedelta(minutes=9)
        await quality.mark_ready(self.advisor, self.order_id)
        if self.until is Until.READY:
            return
        yield clock.now() + timedelta(minutes=3)
        bill = await making.make(self.advisor, self.order_id)
        bill = await making.send(self.advisor, bill.id)
        if self.until is Until.BILLED:
            return
        yield clock.now() + timedelta(minutes=4)
        await self._pay(bill)
        if self.until in (Until.BILL_CONFIRMED, Until.PARTLY_PAID, Until.PAID):
            return
        yield clock.now() + timedelta(minutes=4)
        await hand_over.offer(
            self.advisor, self.order_id, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True
        )
        if self.until is Until.HANDED_OVER:
            return
        async for moment in self._take_the_car():
            yield moment

    async def _pay(self, bill: Bill) -> None:
        if self.until is Until.BILL_CONFIRMED:
            await paying.confirm(self.car.owner, bill.id)
            return
        bill = await Bill.get(id=bill.id)
        due = paying.due_fen(bill)
        if bill.state not in (BillState.SENT, *paying.PAYABLE) or not due:
            return
        method = (Method.CARD, Method.CASH, Method.TRANSFER)[self.number % 3]
        receipt = f"POS{self.number:06d}" if method is Method.CARD else ""
        amount = due // 2 if self.until is Until.PARTLY_PAID else due
        await paying.receive_offline(self.crew.next(Role.CSH), bill.id, amount, method, receipt_number=receipt)

    async def _take_the_car(self) -> Moments:
        yield clock.now() + timedelta(minutes=3)
        if self.answers.disputes:
            await disputes.dispute(self.car.owner, self.order_id, self.answers.disputes)
            return
        if not self.car.has_mini_program:
            await hand_over.note_departure(self.advisor, self.order_id)
            yield clock.now() + timedelta(hours=48, minutes=5)
            await billing_jobs.auto_confirm_hand_overs()
        else:
            await hand_over.confirm(self.car.owner, self.order_id)
        delivered_at = clock.now()
        survey = await Survey.get_or_none(repair_order_id=self.order_id)
        if survey is not None:
            yield survey.send_at
            await asking.send(survey.id)
            async for moment in self._answer(survey.id):
                yield moment
        yield delivered_at + timedelta(days=settlement.CLOSES_AFTER_DAYS, hours=6)
        await settlement.close(self.order_id)

    async def _answer(self, survey_id: int) -> Moments:
        survey = await Survey.get(id=survey_id)
        if survey.state is not SurveyState.SENT or self.answers.score is None or not self.car.has_mini_program:
            return
        yield clock.now() + timedelta(minutes=40 + self.number * 11 % 200)
        await answering.open_survey(self.car.owner, survey_id)
        yield clock.now() + timedelta(minutes=2)
        score = self.answers.score
        said = {"recommend": score, "satisfied": score > 5, "explained": score > 4, "comment": self.answers.comment}
        await answering.answer(self.car.owner, survey_id, said)

    # -- small things -------------------------------------------------------------------------------------------------

    async def _lines(self, *states: LineState) -> list[RepairLine]:
        return await RepairLine.filter(repair_order_id=self.order_id, state__in=states).order_by("id")

    def _doer(self, line: RepairLine) -> Actor:
        doer = self.crew.by_id(Role.TEC, line.technician_id or 0)
        assert doer is not None
        return doer

    def _inspector(self, lines: list[RepairLine]) -> Actor:
        return self.crew.other(Role.QC, *(line.technician_id or 0 for line in lines))

    async def _photo(self, line: RepairLine, label: str) -> dict[str, str]:
        subject = self.catalogue.picture(line.part_number or line.name)
        variant = self.number * 2 + (label == "施工后")
        return {"key": await self.album.of(subject, variant % 6), "label": label}

    def _delivery(self) -> datetime:
        """Today's van at three."""
        day = clock.today()
        moment = clock.at(day, 15) if clock.now() < clock.at(day, 12) else clock.at(day + timedelta(days=1), 15)
        return moment


def _slot_before(moment: datetime) -> datetime:
    local = clock.local(moment)
    return clock.at(local.date(), local.hour, local.minute // 30 * 30)


def _rounded(moment: datetime, minutes: int) -> datetime:
    """So many minutes later, on the quarter of an hour."""
    later = clock.local(moment + timedelta(minutes=minutes + 14))
    return clock.at(later.date(), later.hour, later.minute // 15 * 15)
