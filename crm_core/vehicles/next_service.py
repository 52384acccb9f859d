"""When a car is due next: by kilometres or by time, whichever comes first 先到为准.

Kilometres need a daily rate, read from past odometer values of the current series. A falling value (odometer replaced
or mistyped) starts a new series; a repair-only visit moves the mileage but not the service clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from crm_core.dealerships.calendar import add_months
from crm_core.policies.declaring import TRADE, Policy, Unit, rule

MAX_ODOMETER_KM = 999_999


class PlanKind(StrEnum):
    """What decides the default plan of a model; its own intervals in the catalogue win."""

    PETROL_MINERAL = "PETROL_MINERAL"
    PETROL_SYNTHETIC = "PETROL_SYNTHETIC"
    PHEV = "PHEV"
    BEV = "BEV"


@dataclass(frozen=True)
class Interval:
    """A service interval: kilometres or months, whichever comes first."""

    km: int
    months: int


@dataclass(frozen=True)
class ServicePlan:
    """The first service after delivery and the regular ones after it."""

    first: Interval
    regular: Interval


# Trade custom, for a model of which nothing is known; the catalogue holds the intervals of each model. For a PHEV the
# kilometres are those of the engine.
SERVICE_PLANS: Mapping[PlanKind, ServicePlan] = {
    PlanKind.PETROL_MINERAL: ServicePlan(first=Interval(5_000, 6), regular=Interval(5_000, 6)),
    PlanKind.PETROL_SYNTHETIC: ServicePlan(first=Interval(5_000, 6), regular=Interval(10_000, 12)),
    PlanKind.PHEV: ServicePlan(first=Interval(5_000, 6), regular=Interval(10_000, 12)),
    PlanKind.BEV: ServicePlan(first=Interval(5_000, 6), regular=Interval(20_000, 12)),
}


@dataclass(frozen=True)
class ItemInterval:
    """How long one wear item lasts; `months` is None where only kilometres count."""

    name: str
    km: int
    months: int | None = None


# Trade custom; the maker's manual takes precedence, so this is no policy that a store could change. Brake pads are not
# in this table: they are replaced when thinner than 3 mm.
ITEM_INTERVALS: Mapping[str, ItemInterval] = {
    "AIR_FILTER": ItemInterval("空气滤芯", 10_000, 12),
    "CABIN_FILTER": ItemInterval("空调滤芯", 10_000, 12),
    "BRAKE_FLUID": ItemInterval("刹车油", 40_000, 24),
    "COOLANT": ItemInterval("冷却液", 40_000, 24),
    "SPARK_PLUG": ItemInterval("火花塞", 30_000),
    "SPARK_PLUG_IRIDIUM": ItemInterval("铱金火花塞", 100_000),
    "CVT_OIL": ItemInterval("CVT 变速箱油", 40_000),
    "TYRE_ROTATION": ItemInterval("轮胎换位", 10_000),
}
BRAKE_PAD_LIMIT_MM = 3


LAST_PAIR_WEIGHT: Final = Fraction(6, 10)
"""Weight of the daily rate from the last pair of readings; the pair before it has the rest. The number is part of the
method as the trade's handbooks describe it, and therefore no policy.
"""


@dataclass(frozen=True)
class NextServicePolicy(Policy, key="next_service", title="下次保养", is_group_only=True):
    """House rules of the prediction. They are group only, because all stores serve a car and it has one due date."""

    history_months: int = rule(36, "推算用多久的里程", Unit.MONTHS, 12, 120)
    """Counted back from the newest reading, so that a prediction does not drift by itself."""
    min_pair_days: int = rule(30, "两次里程至少相隔", Unit.DAYS, 7, 180)
    min_km_per_day: int = rule(3, "日均里程可信的下限", Unit.KILOMETRES_A_DAY, 1, 20)
    max_km_per_day: int = rule(300, "日均里程可信的上限", Unit.KILOMETRES_A_DAY, 100, 1_000)
    fallback_km_per_day: int = rule(36, "没有记录时的日均里程", Unit.KILOMETRES_A_DAY, 5, 200, source=TRADE)
    """About 1,100 km a month."""
    asks_above_km_per_day: int = rule(150, "日均超过多少要核对里程", Unit.KILOMETRES_A_DAY, 50, 1_000)
    """150 km a day are 55,000 km a year, more than a taxi drives; above that a digit too many was probably typed."""
    asks_above_times: int = rule(8, "里程是上次的多少倍要核对", Unit.TIMES, 2, 10)
    """A digit too many makes a value ten times as large, however long ago the last one was."""
    asks_above_times_from_km: int = rule(10_000, "按倍数核对的起点", Unit.KILOMETRES, 1_000, 100_000)
    """Below this mileage the rule does not apply, since the mileage of a new car multiplies that fast."""
    asks_without_history_km: int = rule(300_000, "没有记录时多少公里要核对", Unit.KILOMETRES, 50_000, 900_000)
    announced_days_before: int = rule(60, "小程序提前多久提示该保养", Unit.DAYS, 7, 180)

    def conflict(self) -> str:
        """The fallback has to lie between the bounds of a plausible rate."""
        if self.min_km_per_day <= self.fallback_km_per_day <= self.max_km_per_day:
            return ""
        return "没有记录时的日均里程要在可信的上下限之间。"


@dataclass(frozen=True)
class Reading:
    """One visit's mileage. `is_service` is a maintenance visit; `starts_new_series` marks a replaced odometer."""

    read_on: date
    km: int
    is_service: bool = True
    starts_new_series: bool = False


class RateSource(StrEnum):
    """How the daily kilometres were obtained."""

    LAST_PAIR = "LAST_PAIR"
    TWO_PAIRS = "TWO_PAIRS"
    FALLBACK = "FALLBACK"


@dataclass(frozen=True)
class NextService:
    """The prediction, with all figures that the ⓘ beside it shows.

    `due_km` is None when the odometer was replaced since the last service, so that its kilometres no longer count.
    """

    due_on: date
    due_by_km_on: date
    due_by_time_on: date
    due_km: int | None
    km_per_day: Fraction
    rate_source: RateSource
    is_first_service: bool
    explanation: str


def odometer_problem(km: int, last_known_km: int | None) -> str | None:
    """Why a reading is not plausible, in Chinese; None when it is. A mileage that fell is accepted with a reason."""
    if not 0 <= km <= MAX_ODOMETER_KM:
        return "里程应在 0 到 999,999 公里之间。"
    if last_known_km is not None and km < last_known_km:
        return f"里程比上次的 {last_known_km:,} 公里小，请核对，换过表请填原因。"
    return None


def unlikely_jump(
    km: int,
    on: date,
    last: Reading | None,
    *,
    delivered_on: date | None = None,
    policy: NextServicePolicy,
) -> str | None:
    """The question to ask about a reading far above the last one, in Chinese; None when it is plausible.

    Before the first reading it is compared with 0 km on the day of delivery. The reading is accepted once confirmed:
    some cars do run that far.
    """
    known = last or (Reading(delivered_on, 0) if delivered_on else None)
    if known is None:
        return f"里程 {km:,} 公里，没输错吗？" if km > policy.asks_without_history_km else None
    gained, days = km - known.km, max(1, (on - known.read_on).days)
    is_ten_fold = known.km >= policy.asks_above_times_from_km and km >= known.km * policy.asks_above_times
    if gained <= policy.asks_above_km_per_day * days and not is_ten_fold:
        return None
    since = f"{known.read_on:%Y-%m-%d} 的 {known.km:,} 公里" if known.km else f"{known.read_on:%Y-%m-%d} 交车"
    return f"里程 {km:,} 公里，比 {since}多 {gained:,} 公里，每天约 {round(gained / days):,} 公里，没输错吗？"


def predict_next_service(
    readings: Sequence[Reading],
    plan: ServicePlan,
    *,
    delivered_on: date | None = None,
    unmeasured_on: date | None = None,
    policy: NextServicePolicy,
) -> NextService | None:
    """Predict the next due date of one car.

    The interval counts from the last service visit, or from the delivery if there was none yet. With neither, nothing
    can be predicted and the answer is None. Imported histories may hold services without kilometres: `unmeasured_on` is
    the last of these. If no later visit was measured, the interval counts from there, by time and by the usual rate.
    """
    newest_first = sorted(readings, key=lambda reading: (reading.read_on, reading.km), reverse=True)
    series = _current_series(newest_first)
    service = next((reading for reading in newest_first if reading.is_service), None)
    if unmeasured_on is not None and (service is None or service.read_on < unmeasured_on):
        return _from_unmeasured(unmeasured_on, plan.regular, _within_history(series, policy), policy)
    if service is None and delivered_on is None:
        return None
    interval = plan.regular if service else plan.first
    anchor = service or Reading(delivered_on or date.min, km=0)
    km_per_day, source = _daily_rate(_within_history(series, policy), policy)
    is_comparable = service in series if service else len(series) == len(newest_first)
    latest = series[0] if series and is_comparable else anchor
    km_left = max(0, anchor.km + interval.km - latest.km)
    by_km_on = latest.read_on + timedelta(days=int(km_left / km_per_day))
    by_time_on = add_months(anchor.read_on, interval.months)
    return NextService(
        due_on=min(by_km_on, by_time_on),
        due_by_km_on=by_km_on,
        due_by_time_on=by_time_on,
        due_km=anchor.km + interval.km if is_comparable else None,
        km_per_day=km_per_day,
        rate_source=source,
        is_first_service=service is None,
        explanation=_explain(anchor, service is None, interval, km_per_day, source, by_km_on, by_time_on),
    )


def usual_km_per_day(readings: Sequence[Reading], policy: NextServicePolicy) -> Fraction:
    """How far a car runs on an average day, by its newest readings; the fallback where they do not tell."""
    newest_first = sorted(readings, key=lambda reading: (reading.read_on, reading.km), reverse=True)
    return _daily_rate(_within_history(_current_series(newest_first), policy), policy)[0]


def _from_unmeasured(
    serviced_on: date, interval: Interval, series: Sequence[Reading], policy: NextServicePolicy
) -> NextService:
    km_per_day, source = _daily_rate(series, policy)
    by_km_on = serviced_on + timedelta(days=int(interval.km / km_per_day))
    by_time_on = add_months(serviced_on, interval.months)
    anchor = Reading(serviced_on, km=0)
    return NextService(
        due_on=min(by_km_on, by_time_on),
        due_by_km_on=by_km_on,
        due_by_time_on=by_time_on,
        due_km=None,
        km_per_day=km_per_day,
        rate_source=source,
        is_first_service=False,
        explanation=_explain(anchor, False, interval, km_per_day, source, by_km_on, by_time_on),
    )


def _current_series(newest_first: Sequence[Reading]) -> list[Reading]:
    """The readings since the odometer last fell or was replaced."""
    series = list(newest_first[:1])
    for newer, older in pairwise(newest_first):
        if newer.starts_new_series or older.km > newer.km:
            break
        series.append(older)
    return series


def _within_history(series: Sequence[Reading], policy: NextServicePolicy) -> list[Reading]:
    if not series:
        return []
    oldest_on = add_months(series[0].read_on, -policy.history_months)
    return [reading for reading in series if reading.read_on >= oldest_on]


def _daily_rate(series: Sequence[Reading], policy: NextServicePolicy) -> tuple[Fraction, RateSource]:
    last, earlier = _pair_rate(series, policy)
    if last is None:
        return Fraction(policy.fallback_km_per_day), RateSource.FALLBACK
    previous, _ = _pair_rate(earlier, policy)
    if previous is None:
        return last, RateSource.LAST_PAIR
    weight = LAST_PAIR_WEIGHT
    return weight * last + (1 - weight) * previous, RateSource.TWO_PAIRS


def _pair_rate(series: Sequence[Reading], policy: NextServicePolicy) -> tuple[Fraction | None, Sequence[Reading]]:
    """Kilometres a day from the newest reading back to the nearest usable one, and the readings from there on."""
    for i, older in enumerate(series[1:], start=1):
        days = (series[0].read_on - older.read_on).days
        if days >= policy.min_pair_days and series[0].km > older.km:
            rate = Fraction(series[0].km - older.km, days)
            is_plausible = policy.min_km_per_day <= rate <= policy.max_km_per_day
            return (rate if is_plausible else None), series[i:]
    return None, []


def _explain(
    anchor: Reading,
    is_first: bool,
    interval: Interval,
    km_per_day: Fraction,
    source: RateSource,
    by_km_on: date,
    by_time_on: date,
) -> str:
    start = f"{anchor.read_on:%Y-%m-%d} 交车" if is_first else f"上次保养 {anchor.read_on:%Y-%m-%d}"
    rate = {
        RateSource.LAST_PAIR: "按最近两次里程，每天约",
        RateSource.TWO_PAIRS: "按最近三次里程，每天约",
        RateSource.FALLBACK: "里程记录不够，按每天约",
    }[source]
    winner = "里程先到" if by_km_on < by_time_on else "时间先到"
    return (
        f"{start}，每 {interval.km:,} 公里或 {interval.months} 个月一次。{rate} {round(km_per_day)} 公里估算："
        f"按里程 {by_km_on:%Y-%m-%d}，按时间 {by_time_on:%Y-%m-%d}，{winner}。"
    )
