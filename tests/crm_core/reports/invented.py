"""Two months of an invented store: plain facts first, then the rows that say the same."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.models import Bay, BayKind, Role, Store
from crm_core.dealerships.staff import staff_with_role
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.comebacks.models import Comeback
from crm_core.repair_orders.comebacks.rules import ComebackState
from crm_core.repair_orders.models import LineSource, RepairLine, RepairOrder, TimeEntry
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.surveys.models import Complaint, ComplaintStep, Survey
from crm_core.surveys.rules import ComplaintState, SurveyState
from foundation import database
from tests import factories as make

ORDERS: Final = 70
HOUR: Final = timedelta(hours=1)


@dataclass
class Work:
    """A line: labour in hundredths of an hour, and who clocked on it from when until when (None: still at it)."""

    technician_id: int
    bay_id: int | None
    labour: int
    clocked: list[tuple[datetime, datetime | None]]
    finished_at: datetime | None
    found_at: datetime | None = None
    is_allowed: bool = True


@dataclass
class Visit:
    """An order, with everything that came of it."""

    opened_at: datetime
    advisor_id: int
    is_void: bool
    is_booked: bool
    promised_at: datetime | None
    ready_at: datetime | None
    delivered_at: datetime | None
    comes_back_for: int | None
    billed: dict[Payer, tuple[int, int]]
    """Total and refunded."""
    works: list[Work]
    score: int | None
    answered_at: datetime | None


@dataclass
class Missed:
    """A booking with an outcome, or one that still has none."""

    starts_at: datetime
    state: AppointmentState


@dataclass
class Grievance:
    """A complaint and the hours after which each step was done; None for a step that was not."""

    opened_at: datetime
    steps: tuple[int | None, int | None, int | None]


@dataclass
class Invented:
    """Everything."""

    store: Store
    bays: int
    visits: list[Visit] = field(default_factory=list)
    bookings: list[Missed] = field(default_factory=list)
    grievances: list[Grievance] = field(default_factory=list)


async def invent(seed: int, first: datetime, now: datetime) -> Invented:
    """Invent a store's time from `first` on, and write it."""
    dice = random.Random(seed)
    store = await make.make_store(advisors=2, bays={BayKind.GENERAL: 3})
    told = Invented(store, bays=3)
    advisors = await staff_with_role(Role.SA, store.id)
    technicians = await staff_with_role(Role.TEC, store.id)
    bays = [bay.id for bay in await Bay.filter(store_id=store.id)]

    def moment(since: datetime) -> datetime:
        return since + timedelta(seconds=dice.randrange(int((now - since).total_seconds())))

    def maybe(since: datetime | None, hours: float, chance: float = 0.85) -> datetime | None:
        if since is None or dice.random() > chance:
            return None
        later = since + dice.random() * hours * HOUR
        return later if later < now else None

    for number in range(ORDERS):
        opened = moment(first)
        ready = maybe(opened, 9)
        delivered = maybe(ready, 20)
        works = []
        for _ in range(dice.randrange(3)):
            began = maybe(opened, 3, 1)
            if began is None:
                continue
            is_running = dice.random() < 0.05
            clocked = [(began, None if is_running else min(now, began + dice.random() * 2 * HOUR))]
            finished = clocked[0][1] if dice.random() < 0.8 else None
            found = maybe(began, 1, 0.4)
            works.append(
                Work(
                    dice.choice(technicians), dice.choice([*bays, None]), dice.randrange(30, 300), clocked, finished,
                    found, is_allowed=found is None or finished is not None or dice.random() < 0.5,
                )
            )  # fmt: skip
        answered = maybe(delivered, 60, 0.7)
        told.visits.append(
            Visit(
                opened_at=opened,
                advisor_id=dice.choice(advisors),
                is_void=delivered is None and dice.random() < 0.2,
                is_booked=dice.random() < 0.5,
                promised_at=opened + dice.random() * 9 * HOUR if dice.random() < 0.9 else None,
                ready_at=ready,
                delivered_at=delivered,
                comes_back_for=dice.randrange(number) if number and dice.random() < 0.3 else None,
                billed={
                    payer: (total := dice.randrange(1, 500_000), dice.choice([0, 0, total // 3]))
                    for payer in (Payer.CP, Payer.W, Payer.I, Payer.N, Payer.G)
                    if payer is Payer.CP or dice.random() < 0.2
                },
                works=works,
                score=dice.randrange(11) if answered else None,
                answered_at=answered,
            )
        )
    told.bookings = [Missed(moment(first), dice.choice(list(AppointmentState))) for _ in range(30)]
    for _ in range(25):
        steps = [dice.choice([0, 1, 2, 3, 4, 71, 73]) for _ in range(dice.randrange(4))]
        hours = [*sorted(steps), None, None, None][:3]
        told.grievances.append(Grievance(moment(first), (hours[0], hours[1], hours[2])))
    await _write(told, now)
    return told


async def _write(told: Invented, now: datetime) -> None:
    store_id = told.store.id
    model_id = (await make.make_vehicle_model()).id
    customer_id = (await make.make_customer(told.store)).id
    cars = [
        (await make.make_vehicle(vin=f"LYFAA4DE1T1{n:06d}", plate=f"粤B{n:05d}", model_id=model_id)).id
        for n in range(len(told.visits) + len(told.bookings))
    ]
    whose: dict[str, Any] = {"store_id": store_id, "customer_id": customer_id}

    async def booking(at: datetime, car: int, state: AppointmentState) -> int:
        row = await Appointment.create(
            **whose, vehicle_id=car, starts_at=at, minutes=60, bay_kind=BayKind.GENERAL, state=state, source="console",
            confirm_by=at, created_at=at,
        )  # fmt: skip
        return int(row.id)

    ids: list[int] = []
    for number, visit in enumerate(told.visits):
        order = await RepairOrder.create(
            **whose, vehicle_id=cars[number], number=f"RO-{number}", sequence_no=number + 1, complaint="保养",
            mileage_km=10, owner_title="", advisor_id=visit.advisor_id, opened_at=visit.opened_at,
            state=_state(visit), first_promised_at=visit.promised_at,
            # A promise that was moved does not count.
            promised_finish_at=visit.promised_at and visit.promised_at + 9 * HOUR,
            ready_at=visit.ready_at, delivered_at=visit.delivered_at,
            appointment_id=await booking(_LONG_AGO, cars[number], AppointmentState.CONVERTED)
            if visit.is_booked else None,
        )  # fmt: skip
        ids.append(order.id)
        if visit.is_void:
            await RepairOrder.filter(id=order.id).update(voided_at=now)
        if visit.comes_back_for is not None:
            await Comeback.create(
                repair_order_id=order.id,
                origin_repair_order_id=ids[visit.comes_back_for],
                state=ComebackState.PROPOSED,
                proposed_at=visit.opened_at,
            )
        for payer, (total, refunded) in visit.billed.items():
            async with database.transaction():
                bill = await Bill.create(
                    **whose, about=f"repair_order:{order.id}", number=order.number, title="", payer=payer,
                    made_by_id=visit.advisor_id, state=BillState.PAID, paid_fen=total, paid_at=now, subtotal_fen=total,
                    total_fen=total, refunded_fen=refunded, created_at=now,
                )  # fmt: skip
                await BillLine.create(
                    bill_id=bill.id, line_no=1, about=f"repair_line:{bill.id}", kind=LineKind.LABOUR, name="保养",
                    amount_fen=total, authorised_version="1", authorised_at=now,
                )  # fmt: skip
        for work in visit.works:
            await _write_work(order.id, work)
        if visit.answered_at is not None:
            await Survey.create(
                **whose, repair_order_id=order.id, vehicle_id=cars[number], advisor_id=visit.advisor_id,
                state=SurveyState.SUBMITTED, delivered_at=visit.delivered_at, send_at=visit.delivered_at,
                submitted_at=visit.answered_at, score=visit.score,
            )  # fmt: skip
    for number, each in enumerate(told.bookings):
        await booking(each.starts_at, cars[len(told.visits) + number], each.state)
    for number, grievance in enumerate(told.grievances):
        complaint = await Complaint.create(
            **whose, about=f"survey:{number}", source="小程序", vehicle_id=cars[0], body="等了很久",
            state=ComplaintState.OPEN, opened_at=grievance.opened_at,
        )  # fmt: skip
        for action, hours in zip(("acknowledge", "plan", "resolve"), grievance.steps, strict=True):
            if hours is not None:
                at = grievance.opened_at + hours * HOUR
                await ComplaintStep.create(complaint_id=complaint.id, action=action, note="", at=at)


_LONG_AGO: Final = make.slot(9) - timedelta(days=900)


def _state(visit: Visit) -> HeaderState:
    if visit.is_void:
        return HeaderState.VOID
    return HeaderState.DELIVERED if visit.delivered_at else HeaderState.READY if visit.ready_at else HeaderState.OPENED


async def _write_work(order_id: int, work: Work) -> None:
    sheet = None
    if work.found_at is not None:
        sheet = await AdditionalWork.create(
            repair_order_id=order_id, state=AdditionalWorkState.SENT, found_by=work.technician_id,
            found_at=work.found_at,
        )  # fmt: skip
    line = await RepairLine.create(
        repair_order_id=order_id, name="保养", bay_kind=BayKind.GENERAL, labour_centihours=work.labour,
        source=LineSource.ADDITIONAL_WORK if sheet else LineSource.ESTIMATE,
        additional_work_id=sheet.id if sheet else None, technician_id=work.technician_id, bay_id=work.bay_id,
        state=LineState.DONE if work.is_allowed else LineState.PROPOSED,
        authorised_version="1" if work.is_allowed else "", decided_at=work.clocked[0][0] if work.is_allowed else None,
        finished_at=work.finished_at,
    )  # fmt: skip
    for began, ended in work.clocked:
        await database.execute(
            # Two people may have worked at once here; only one who is still at it is one at a time.
            "INSERT INTO time_entry (repair_order_id, line_id, technician_id, started_at, ended_at, is_rework) "
            "SELECT $1, $2, $3, $4, $5, false WHERE $5::timestamptz IS NOT NULL "
            "OR NOT EXISTS (SELECT FROM time_entry WHERE technician_id = $3 AND ended_at IS NULL)",
            order_id, line.id, work.technician_id, began, ended,
        )  # fmt: skip
    if not await TimeEntry.exists(line_id=line.id):
        work.clocked.clear()
