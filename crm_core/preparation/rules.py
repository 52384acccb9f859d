"""What is worth looking at and offering when a car comes, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from crm_core.dealerships.calendar import add_months
from crm_core.due_dates.rules import Due, DueKind
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.tasks.rules import RecallPolicy, TaskKind, days_before
from crm_core.vehicles.next_service import ITEM_INTERVALS, ItemInterval, Reading


class Topic(StrEnum):
    """What a suggestion is about, in the order in which suggestions of the same urgency stand."""

    SAFETY_RECALL = "SAFETY_RECALL"
    DECLINED_WORK = "DECLINED_WORK"
    SERVICE = "SERVICE"
    WEAR_ITEM = "WEAR_ITEM"
    INSPECTION = "INSPECTION"
    INSURANCE = "INSURANCE"
    WARRANTY_END = "WARRANTY_END"


@dataclass(frozen=True)
class PreparationPolicy(Policy, key="preparation", title="到店准备", is_group_only=True):
    """How far ahead of its interval a wear item is worth a look. Group only: a car has one history."""

    wear_days_before: int = rule(30, "易损件提前多少天提示", Unit.DAYS, 0, 180)
    wear_km_before: int = rule(1_000, "易损件提前多少公里提示", Unit.KILOMETRES, 0, 10_000)


@dataclass(frozen=True)
class Recalled:
    """An open safety recall of the maker's that names this car."""

    number: str
    title: str
    remedy: str


@dataclass(frozen=True)
class DeclinedJob:
    """Work the owner declined and nobody did since; `price_fen` as it was quoted then."""

    name: str
    finding: str
    urgency: Urgency
    price_fen: int
    declined_on: date


@dataclass(frozen=True)
class DoneJob:
    """A job or part of an earlier visit; without kilometres where nobody noted them."""

    name: str
    done_on: date
    km: int | None


@dataclass(frozen=True)
class Coming:
    """What is known of a car that comes. `prices` are today's, in fen, by the name of the job; `km` is predicted."""

    on: date
    km: int | None
    delivered_on: date | None
    is_electric: bool
    booked: Sequence[str] = ()
    books_service: bool = False
    recalls: Sequence[Recalled] = ()
    declined: Sequence[DeclinedJob] = ()
    dues: Sequence[Due] = ()
    done: Sequence[DoneJob] = ()
    is_all_known: bool = True
    """Whether every visit says what was done. Otherwise nobody can say of a wear item that it never was."""
    prices: Mapping[str, int] = field(default_factory=dict)
    service_name: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One thing to look at or to offer. A pressing one is about safety, or its day has come; money in fen."""

    topic: Topic
    name: str
    reason: str
    price_fen: int | None = None
    is_booked: bool = False
    is_pressing: bool = False


ANY_CAR: Final = ("CABIN_FILTER", "BRAKE_FLUID", "COOLANT", "TYRE_ROTATION")
WITH_AN_ENGINE: Final = ("AIR_FILTER",)
ONCE_DONE: Final = ("SPARK_PLUG", "SPARK_PLUG_IRIDIUM", "CVT_OIL")
"""Only some cars have these, and only an earlier visit says which: they are suggested where they were done before."""
_DATES: Final[Mapping[DueKind, Topic]] = {
    DueKind.FIRST_SERVICE: Topic.SERVICE,
    DueKind.REGULAR_SERVICE: Topic.SERVICE,
    DueKind.INSPECTION: Topic.INSPECTION,
    DueKind.INSURANCE: Topic.INSURANCE,
    DueKind.WARRANTY_END: Topic.WARRANTY_END,
}
"""A lapsed owner is here again, and declined work has suggestions of its own."""


def predicted_km(readings: Sequence[Reading], km_per_day: Fraction, day: date) -> int | None:
    """What the odometer will probably show on a day, to the nearest hundred; None for a car that was never read."""
    latest = max(readings, key=lambda reading: (reading.read_on, reading.km), default=None)
    if latest is None:
        return None
    run = km_per_day * max(0, (day - latest.read_on).days)
    return max(latest.km, round((latest.km + int(run)) / 100) * 100)


def suggestions(car: Coming, policy: PreparationPolicy, windows: RecallPolicy) -> list[Suggestion]:
    """Everything worth a word, the pressing first."""
    found = [
        *_recalls(car),
        *_declined(car),
        *_dates_of(car, windows),
        *_wear_items(car, policy),
    ]
    order = list(Topic)
    return sorted(found, key=lambda each: (not each.is_pressing, order.index(each.topic)))


def _recalls(car: Coming) -> Iterator[Suggestion]:
    for recall in car.recalls:
        remedy = f"，{recall.remedy}" if recall.remedy else ""
        yield Suggestion(
            Topic.SAFETY_RECALL, recall.title, f"厂家召回 {recall.number}{remedy}，免费。", is_pressing=True
        )


def _declined(car: Coming) -> Iterator[Suggestion]:
    for job in car.declined:
        finding = f"：{job.finding}" if job.finding else ""
        yield Suggestion(
            Topic.DECLINED_WORK,
            job.name,
            f"{job.declined_on:%Y-%m-%d} 没做{finding}。",
            price_fen=job.price_fen,
            is_booked=job.name in car.booked,
            is_pressing=job.urgency is Urgency.RED,
        )


def _dates_of(car: Coming, windows: RecallPolicy) -> Iterator[Suggestion]:
    for due in car.dues:
        topic = _DATES.get(due.kind)
        if topic is None or (due.due_on - car.on).days > days_before(TaskKind(due.kind.value), windows):
            continue
        if due.kind is DueKind.WARRANTY_END and due.due_on < car.on:
            continue
        is_service = topic is Topic.SERVICE
        yield Suggestion(
            topic,
            due.kind.label,
            due.words,
            price_fen=_price(car, car.service_name) if is_service and not car.books_service else None,
            is_booked=is_service and car.books_service,
            is_pressing=due.due_on <= car.on,
        )


def _wear_items(car: Coming, policy: PreparationPolicy) -> Iterator[Suggestion]:
    usual = ANY_CAR if car.is_electric else (*ANY_CAR, *WITH_AN_ENGINE)
    for code, interval in ITEM_INTERVALS.items():
        last = max((job for job in car.done if _means(job.name, interval)), key=lambda job: job.done_on, default=None)
        if last is None and (code not in usual or car.delivered_on is None or not car.is_all_known):
            continue
        since_on, since_km = (last.done_on, last.km) if last else (car.delivered_on, 0)
        assert since_on is not None
        if _is_near(interval, since_on, since_km, car, policy):
            yield Suggestion(
                Topic.WEAR_ITEM,
                interval.name,
                _wear_words(interval, last, since_on, car.km),
                price_fen=_price(car, interval.name),
                is_booked=any(_means(name, interval) for name in car.booked),
            )


def _means(name: str, interval: ItemInterval) -> bool:
    """Whether a job is about this wear item. Of the names it contains the longest counts: 铱金火花塞 is no 火花塞."""
    contained = [each.name for each in ITEM_INTERVALS.values() if each.name in name]
    return max(contained, key=len, default="") == interval.name


def _is_near(
    interval: ItemInterval, since_on: date, since_km: int | None, car: Coming, policy: PreparationPolicy
) -> bool:
    by_km = car.km is not None and since_km is not None and car.km - since_km >= interval.km - policy.wear_km_before
    if interval.months is None:
        return by_km
    return by_km or add_months(since_on, interval.months) - timedelta(days=policy.wear_days_before) <= car.on


def _wear_words(interval: ItemInterval, last: DoneJob | None, since_on: date, km: int | None) -> str:
    since = f"{since_on:%Y-%m-%d} 做过" if last else f"{since_on:%Y-%m-%d} 交车，没有做过的记录"
    if last and last.km is not None:
        since += f"（{last.km:,} 公里）"
    every = f"{interval.km:,} 公里" + (f"或 {interval.months} 个月" if interval.months else "")
    comes = f"到店约 {km:,} 公里，" if km is not None else ""
    return f"{since}；{comes}每 {every}一次。"


def _price(car: Coming, name: str) -> int | None:
    """Today's price of the first job that is called so or has this name in its own."""
    if not name:
        return None
    return car.prices.get(name, next((fen for called, fen in car.prices.items() if name in called), None))
