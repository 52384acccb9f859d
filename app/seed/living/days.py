"""A store at five past ten on the story's Saturday: who is in the workshop, who came before, who is expected."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.seed.living.crew import Car, Crew, moment_of
from app.seed.living.diary import Story
from app.seed.living.visit import Answers, Extra, Hands, Offer, Until, Visit
from app.seed.living.wishes import Catalogue, wish
from app.seed.pictures import Album
from crm_core.appointments import booking, rules
from crm_core.appointments import jobs as appointment_jobs
from crm_core.appointments import service as appointments
from crm_core.appointments.errors import SlotNotPossible, SlotTaken, VehicleHasAppointment
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.policies.current import policy_of
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.free_line_rules import FreeJob, OutsidePart
from foundation import clock

PADS: Final = Extra("PAD-F", Urgency.RED, "前刹车片剩 2.1 毫米")
PADS_LATER: Final = Extra("PAD-R", Urgency.YELLOW, "后刹车片剩 4 毫米", Decision.DECLINED)
FILTER: Final = Extra("FILTER-C", Urgency.GREEN, "空调滤芯发黑", Decision.DECLINED, "filter")
BATTERY: Final = Extra("BATT-12", Urgency.YELLOW, "电瓶健康度 46%", Decision.APPROVED, "battery")
NO_PADS: Final = Extra("PAD-F", Urgency.RED, "前刹车片剩 1.8 毫米", Decision.DECLINED)

CONTENT: Final = Answers()
PLAIN: Final = Offer()
WIPERS: Final = FreeJob("换雨刮片", 10, labour_fen=20_00, parts=(OutsidePart("副厂雨刮片", 2, 45_00),))
GEARBOX: Final = FreeJob("变速箱阀体总成修理", 90, labour_fen=1_200_00, work_kind=WorkKind.WHOLE, needs_road_test=True)
"""Major work: it leaves with a certificate."""
PIPE: Final = FreeJob("更换空调高压管", 90, labour_centihours=1_50, parts=(OutsidePart("空调高压管", 1, 260_00),))

BOOKED_A_DAY: Final = (13, 12, 10, 9, 8, 8, 7, 9, 6, 4, 4, 3, 3, 2)
"""Appointments of the coming fortnight in a store of eight advisors, tomorrow first: the near days fill up first."""
_ADVISORS: Final = 8


@dataclass(frozen=True)
class Coming:
    """One line of the plan: so many days ago, when, and how far the visit has come."""

    days_ago: int
    at: str
    until: Until = Until.END
    is_booked: bool = True
    jobs: tuple[str, ...] = ()
    extra: tuple[Extra, ...] = ()
    fails_check: bool = False
    payer: Payer = Payer.CP
    answers: Answers = CONTENT
    hands: Hands = Hands.OWN
    offer: Offer = PLAIN
    is_electric: bool = False
    """Which car it is to be, where the jobs do not say it."""


U = Until
WORKSHOP: Final = (
    # Left over from yesterday: one not fetched yet, one not paid yet, one waiting for a part.
    Coming(1, "13:05", U.READY, offer=Offer(free=(GEARBOX,))),
    Coming(1, "14:10", U.BILLED, is_booked=False),
    Coming(1, "14:40", U.BILLED, extra=(BATTERY,)),
    Coming(1, "15:00", U.BILL_CONFIRMED),
    Coming(1, "15:15", U.PARTLY_PAID, jobs=("MAINT-L",)),
    Coming(1, "15:20", U.WAIT_PARTS, jobs=("PAD-R",)),
    Coming(1, "16:05", U.WAIT_PARTS, is_booked=False, jobs=("BATT-12", "TYRE")),
    Coming(1, "13:30", U.IN_PROGRESS, is_booked=False, jobs=("PAINT",), payer=Payer.I),
    Coming(1, "14:00", U.DISPATCHED, is_booked=False, jobs=("PAINT", "ALIGN"), payer=Payer.I),
    Coming(1, "16:20", U.STOPPED, jobs=("ALIGN", "MAINT-S")),
    # This morning, the first ones nearly done.
    Coming(0, "8:31", U.PAID, jobs=("FILTER-C",)),
    Coming(0, "8:32", U.HANDED_OVER, jobs=("CHECK-32",), is_booked=False),
    Coming(0, "8:33", U.READY, jobs=("FILTER-C",)),
    Coming(0, "8:34", U.WASHING, jobs=("BATT-12",), payer=Payer.W),
    Coming(0, "8:34", U.QC_PASSED, jobs=("TYRE",), is_booked=False),
    Coming(0, "8:36", U.REWORK, jobs=("TYRE",)),
    Coming(0, "8:36", U.QC_PENDING, jobs=("AC-CLEAN",)),
    Coming(0, "8:38", U.QC_PENDING, jobs=("FILTER-C", "CHECK-32"), is_booked=False),
    Coming(0, "8:52", U.WAIT_OWNER, jobs=("MAINT-S",), extra=(PADS, FILTER)),
    Coming(0, "9:00", U.IN_PROGRESS, jobs=("MAINT-L",)),
    Coming(0, "9:02", U.IN_PROGRESS, jobs=("MAINT-S", "FILTER-C")),
    Coming(0, "9:05", U.IN_PROGRESS, is_booked=False, hands=Hands.TOGETHER),
    Coming(0, "9:10", U.IN_PROGRESS, hands=Hands.PASSED_ON),
    Coming(0, "9:12", U.LEFT, is_booked=False, jobs=("TYRE",)),
    Coming(0, "9:14", U.VOID, is_booked=False),
    Coming(0, "9:20", U.DISPATCHED, jobs=("MAINT-S",)),
    Coming(0, "9:25", U.AUTHORISED, jobs=("MAINT-S", "BATT-12"), offer=Offer(without=("BATT-12",))),
    Coming(0, "9:31", U.AUTHORISED, is_booked=False, offer=Offer(5, "等位时间长", free=(PIPE,), is_bought=False)),
    Coming(0, "9:33", U.ESTIMATED, offer=Offer(10, "老客户，第三次来", waits=True)),
    Coming(0, "9:36", U.ESTIMATED, is_booked=False),
    Coming(0, "9:40", U.PRECHECKED),
    Coming(0, "9:48", U.OPENED, is_booked=False),
    Coming(0, "9:54", U.OPENED, is_booked=False),
    Coming(0, "9:51", U.ARRIVED),
    Coming(0, "9:57", U.ARRIVED),
)
HISTORY: Final = (
    # Of every kind of visit one that is closed by now: `months` tells it again for other cars.
    Coming(17, "8:35", is_booked=False, jobs=("PAINT",), answers=Answers(9)),
    Coming(16, "9:05", jobs=("MAINT-S",), extra=(PADS, FILTER), answers=Answers(10, "发照片说明，放心")),
    Coming(16, "10:05", is_booked=False, jobs=("MAINT-S", "FILTER-C"), answers=Answers(None)),
    Coming(15, "9:35", jobs=("ALIGN", "PAINT"), answers=Answers(8)),
    Coming(15, "13:05", jobs=("TYRE",), answers=Answers(7, "等位久")),
    Coming(14, "8:35", is_booked=False, jobs=("MAINT-L",), extra=(PADS_LATER,), answers=Answers(None)),
    Coming(14, "10:35", jobs=("AC-CLEAN", "FILTER-C"), extra=(BATTERY,), answers=Answers(9)),
    Coming(13, "9:05", is_electric=True, answers=Answers(10)),
    Coming(13, "9:35", is_electric=True, is_booked=False, answers=Answers(None)),
    Coming(13, "14:05", jobs=("MAINT-S", "CHECK-32"), answers=Answers(8, "洗车没洗干净")),
    Coming(12, "9:05", extra=(PADS_LATER,), answers=Answers(9, "接待很热情")),
    Coming(11, "10:35", answers=Answers(10, "顾问讲得清楚")),
    Coming(10, "14:05", is_booked=False, fails_check=True, answers=Answers(8)),
    Coming(9, "9:35", answers=Answers(None)),
    Coming(8, "15:05", extra=(NO_PADS,), answers=Answers(7, "等得有点久")),
    Coming(5, "10:05", extra=(PADS,), answers=Answers(10), offer=Offer(free=(WIPERS,))),
    Coming(4, "11:05", jobs=("MAINT-S",), answers=Answers(9), offer=Offer(12, "同行报价低，想留住", is_refused=True)),
    Coming(6, "9:35", is_booked=False, payer=Payer.I, jobs=("TYRE",), answers=Answers(None)),
    Coming(3, "9:05", is_booked=False, payer=Payer.W, jobs=("BATT-12",), answers=Answers(None)),
    Coming(2, "8:35", answers=Answers(4, "说好两小时，等了四小时，没人告诉我")),
    Coming(2, "14:35", extra=(BATTERY,), answers=Answers(10, "下次还来")),
    Coming(1, "8:35", jobs=("MAINT-S",), answers=Answers(disputes="后备箱的雨伞不见了")),
    Coming(1, "9:05", answers=Answers(9, "环境好")),
    Coming(1, "9:35", is_booked=False, jobs=("MAINT-S",), offer=Offer(4, "老客户")),
    Coming(1, "10:35", jobs=("AC-CLEAN", "FILTER-C")),
)


HISTORY_OF_OTHERS: Final = tuple(line for line in HISTORY if line.days_ago in (8, 2, 1))
"""Past visits of the other stores, enough for their surveys and complaints."""


def visits(crew: Crew, catalogue: Catalogue, album: Album, lines: tuple[Coming, ...]) -> Iterator[Visit]:
    """The visits of a plan, as long as there are cars."""
    for number, line in enumerate(lines):
        car = _car_for(crew, line)
        if car is None:
            return
        jobs, complaint = wish(crew.dice, electric=car.is_electric)
        if line.jobs:
            jobs, complaint = line.jobs, "事故，右前门和翼子板" if "PAINT" in line.jobs else "按项目做"
        opens = clock.at(clock.today() - timedelta(days=line.days_ago), *divmod(crew.store.opens_minute, 60))
        arrives = moment_of(clock.today() - timedelta(days=line.days_ago), line.at)
        # A store that opens later has the same morning, only shorter.
        late = max(opens - moment_of(clock.today() - timedelta(days=line.days_ago), "8:30"), timedelta(0))
        yield Visit(
            crew, catalogue, album, car, arrives + (late if line.days_ago else timedelta(0)), jobs, complaint,
            until=line.until, is_booked=line.is_booked, extra=line.extra, fails_check=line.fails_check,
            payer=line.payer, answers=line.answers, hands=line.hands, offer=line.offer, number=number,
        )  # fmt: skip


def _car_for(crew: Crew, line: Coming) -> Car | None:
    """Named jobs are those of petrol cars, which need no bay of their own; what an owner answers or objects to is said
    on the phone.
    """
    needs_petrol = bool(line.jobs or line.extra)
    says_something = bool(line.answers.disputes or line.answers.comment) or line.until is U.BILL_CONFIRMED
    electric = line.is_electric or (False if needs_petrol else None)
    return crew.car(electric=electric, with_phone=says_something)


def bookings(crew: Crew, catalogue: Catalogue) -> Iterator[Story]:
    """Who comes later today, in the next fortnight, and who did not come yesterday."""
    advisors = len(crew.people(Role.SA))
    for days_ahead, how_many in enumerate((9, *BOOKED_A_DAY)):
        for n in range(max(1, how_many * advisors // _ADVISORS)):
            if (car := crew.car()) is None:
                return
            yield _booking(crew, catalogue, car, days_ahead, n)
    for n in range(3):
        if (car := crew.car()) is not None:
            yield _booking(crew, catalogue, car, -1, n)


async def _booking(crew: Crew, catalogue: Catalogue, car: Car, days_ahead: int, number: int) -> AsyncIterator[datetime]:
    """Asked for some days before; the newest ones still wait for the advisor, a few think better of it."""
    dice, now = crew.dice, clock.now()
    day = clock.today() + timedelta(days=days_ahead)
    is_new = days_ahead >= 1 and number == 0 and days_ahead <= 5
    asked_at = now - timedelta(minutes=15 + dice.randrange(70))
    # No booking may lie further ahead than the policy allows.
    policy = await policy_of(rules.AppointmentPolicy, crew.store.id)
    spare_days = (rules.last_bookable_day(now, policy) - day).days
    days_before = min(1 + dice.randrange(6), spare_days)
    if not is_new and days_before:
        asked_at = clock.at(clock.today() - timedelta(days=days_before), 9 + dice.randrange(12), dice.randrange(60))
    if days_ahead < 0:
        asked_at -= timedelta(days=2)
    yield asked_at
    desk = car.owner if car.has_mini_program or is_new else crew.next(Role.CRC)
    if not car.has_mini_program:
        desk = crew.next(Role.CRC)
    jobs, _ = wish(dice, electric=car.is_electric)
    for _try in range(4):
        slot_at = clock.at(day, *divmod(_slot(crew, dice, days_ahead), 60))
        try:
            appointment = await booking.book(
                desk, customer_id=car.customer_id, vehicle_id=car.vehicle_id, store_id=crew.store.id,
                item_ids=catalogue.ids(jobs), starts_at=slot_at, waits_on_site=dice.random() < 0.4,
            )  # fmt: skip
        except (SlotTaken, SlotNotPossible, VehicleHasAppointment):
            continue
        break
    else:
        return
    if is_new:
        return
    yield asked_at + timedelta(minutes=10 + dice.randrange(60))
    if appointment.confirmed_at is None:
        await appointments.confirm(crew.next(Role.SA), appointment.id)
    if days_ahead < 0 and number < 2:
        yield slot_at + timedelta(minutes=65)
        await appointment_jobs.mark_no_shows()
    elif dice.random() < 0.06 or days_ahead < 0:
        yield asked_at + timedelta(hours=3)
        await appointments.cancel(crew.next(Role.SA), appointment.id, "车主临时出差")


def _slot(crew: Crew, dice: random.Random, days_ahead: int) -> int:
    """Minute of the day: mornings first; today only what is still ahead."""
    opens = crew.store.opens_minute + (150 if days_ahead == 0 else 0)
    slots = range(opens, crew.store.last_slot_minute - 60, 30)
    return slots[min(int(abs(dice.gauss(0, 0.45)) * len(slots)), len(slots) - 1)]
