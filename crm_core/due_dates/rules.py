"""When something of a car is due: service, insurance, inspection, the end of the warranty, work that was declined."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from crm_core.customers.dormancy import DormancyPolicy
from crm_core.dealerships.calendar import add_months
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.vehicles.next_service import NextService, Reading


class DueKind(StrEnum):
    """What is due."""

    FIRST_SERVICE = "FIRST_SERVICE"
    REGULAR_SERVICE = "REGULAR_SERVICE"
    LAPSED = "LAPSED"
    INSURANCE = "INSURANCE"
    INSPECTION = "INSPECTION"
    WARRANTY_END = "WARRANTY_END"
    DECLINED_WORK = "DECLINED_WORK"

    @property
    def label(self) -> str:
        """The trade's word for it."""
        return _LABELS[self]


_LABELS: Final = {
    DueKind.FIRST_SERVICE: "首保",
    DueKind.REGULAR_SERVICE: "定保",
    DueKind.LAPSED: "流失招揽",
    DueKind.INSURANCE: "续保",
    DueKind.INSPECTION: "年检",
    DueKind.WARRANTY_END: "质保到期",
    DueKind.DECLINED_WORK: "上次没做的项目",
}

YEARS_WITH_A_MARK: Final = (2, 4, 6, 8)
"""In these years after registration a private small passenger car gets its mark, and from year 10 every year."""
YEARLY_FROM: Final = 10
YEARS_ON_SITE: Final = frozenset({6, 10})
"""In years 2, 4 and 8 the mark is only applied for; in these, and in every year after 10, the car has to be shown."""
OLDEST_CAR_YEARS: Final = 60
INFERRED_FOR: Final = timedelta(days=60)
"""An inspection nobody recorded is taken as done elsewhere so long after its month, and the next one is due."""


THREE_GUARANTEES: Final = "家用汽车产品修理更换退货责任规定"


@dataclass(frozen=True)
class DueDatePolicy(Policy, key="due_dates", title="到期日", is_group_only=True):
    """The warranty of the cars a group sells: the law's minimum, which a maker may extend (包修: three years or
    60,000 km, whichever comes first). It is group only, because a car has one warranty wherever it is repaired.
    """

    warranty_months: int = rule(36, "质保多少个月", Unit.MONTHS, 36, 180, source=THREE_GUARANTEES)
    warranty_km: int = rule(60_000, "质保多少公里", Unit.KILOMETRES, 60_000, 300_000, source=THREE_GUARANTEES)
    warranty_near_km: int = rule(3_000, "质保里程还剩多少就提醒", Unit.KILOMETRES, 500, 10_000)


@dataclass(frozen=True)
class Due:
    """One date of a car.

    `cycle_on` is what the date belongs to: the last service, the delivery, the day the policy ends. `near_on` is a day
    before which nobody needs to talk about it although the number of days would say so, or from which they should
    although it would not; only kilometres have one. An inferred date rests on no paper anybody saw.
    """

    kind: DueKind
    due_on: date
    cycle_on: date
    words: str
    near_on: date | None = None
    is_inferred: bool = False


@dataclass(frozen=True)
class Declined:
    """Work an owner declined, and the day on which they are to be asked again."""

    name: str
    declined_on: date
    again_on: date


@dataclass(frozen=True)
class Car:
    """What is known of a car that its due dates rest on. `readings` are those of `service_history.series_of`."""

    delivered_on: date | None
    next_service: NextService | None
    last_service_on: date | None
    last_seen_on: date | None
    """Its last visit with real work."""
    readings: Sequence[Reading] = ()
    km_per_day: Fraction = Fraction(1)
    insurance_ends_on: date | None = None
    inspection_ends_on: date | None = None
    declined: Sequence[Declined] = ()


def due_dates(car: Car, today: date, policy: DueDatePolicy, dormancy: DormancyPolicy) -> list[Due]:
    """All due dates of a car that is still driven. `today` only moves an inspection date that nobody recorded."""
    found = [
        _service(car),
        _lapsed(car, dormancy),
        _insurance(car),
        _inspection(car, today),
        _warranty(car, policy),
        _declined(car),
    ]
    return [due for due in found if due is not None]


def _service(car: Car) -> Due | None:
    due, anchor = car.next_service, car.last_service_on or car.delivered_on
    if due is None or anchor is None:
        return None
    kind = DueKind.FIRST_SERVICE if due.is_first_service else DueKind.REGULAR_SERVICE
    return Due(kind, due.due_on, anchor, due.explanation)


def _lapsed(car: Car, policy: DormancyPolicy) -> Due | None:
    """The first day on which the car's owner counts as dormant, by the same limits as `judge_dormancy`."""
    seen_on = car.last_seen_on or car.delivered_on
    if car.next_service is None or seen_on is None:
        return None
    due_on = max(
        car.next_service.due_on + timedelta(days=policy.at_risk_overdue_days + 1),
        seen_on + timedelta(days=policy.heavy_driver_recency_days + 1),
    )
    since = "上次到店" if car.last_seen_on else "没来过，交车"
    words = (
        f"{since} {seen_on:%Y-%m-%d}，应保养日 {car.next_service.due_on:%Y-%m-%d}，"
        f"过期超过 {policy.at_risk_overdue_days} 天。"
    )
    return Due(DueKind.LAPSED, due_on, seen_on, words)


def _insurance(car: Car) -> Due | None:
    if car.insurance_ends_on is None:
        return None
    return Due(
        DueKind.INSURANCE, car.insurance_ends_on, car.insurance_ends_on, f"保险到 {car.insurance_ends_on:%Y-%m-%d}。"
    )


def _inspection(car: Car, today: date) -> Due | None:
    if car.inspection_ends_on is not None:
        ends_on = car.inspection_ends_on
        return Due(DueKind.INSPECTION, ends_on, ends_on, f"年检有效期到 {ends_on:%Y-%m-%d}。")
    if car.delivered_on is None or car.delivered_on > today:
        return None
    ends_on, year = inspection_after(car.delivered_on, today - INFERRED_FOR)
    how = "要上线检测" if is_on_site(year) else "只要申领标志"
    words = f"按 {car.delivered_on:%Y-%m} 上牌推算，第 {year} 年，{how}；没有登记过有效期。"
    return Due(DueKind.INSPECTION, ends_on, ends_on, words, is_inferred=True)


def inspection_after(registered_on: date, day: date) -> tuple[date, int]:
    """The first end of an inspection on or after a day, the last of the month of registration, and its year."""
    for year in (*YEARS_WITH_A_MARK, *range(YEARLY_FROM, OLDEST_CAR_YEARS)):
        month = add_months(registered_on.replace(day=1), 12 * year)
        ends_on = month.replace(day=monthrange(month.year, month.month)[1])
        if ends_on >= day:
            return ends_on, year
    return ends_on, year


def is_on_site(year: int) -> bool:
    """Whether the car has to be shown in this year after its registration."""
    return year in YEARS_ON_SITE or year > YEARLY_FROM


def _warranty(car: Car, policy: DueDatePolicy) -> Due | None:
    """The warranty runs from the hand-over (三包 art. 18), by time or kilometres, and stays with the car."""
    if car.delivered_on is None:
        return None
    latest = max(car.readings, key=lambda reading: (reading.read_on, reading.km), default=Reading(car.delivered_on, 0))
    by_time_on = add_months(car.delivered_on, policy.warranty_months)
    by_km_on = _reaches(policy.warranty_km, latest, car.km_per_day)
    words = (
        f"{car.delivered_on:%Y-%m-%d} 交车，{policy.warranty_months} 个月或 {policy.warranty_km:,} 公里先到为准："
        f"按时间 {by_time_on:%Y-%m-%d}，按里程约 {by_km_on:%Y-%m-%d}。"
    )
    return Due(
        DueKind.WARRANTY_END,
        min(by_time_on, by_km_on),
        car.delivered_on,
        words,
        near_on=_reaches(policy.warranty_km - policy.warranty_near_km, latest, car.km_per_day),
    )


def _reaches(km: int, latest: Reading, km_per_day: Fraction) -> date:
    """The day on which a car has run so far. Far in the future is cut off: a car that hardly moves never gets there."""
    days = max(0, km - latest.km) / km_per_day
    return latest.read_on + timedelta(days=min(int(days), OLDEST_CAR_YEARS * 366))


def _declined(car: Car) -> Due | None:
    """One date for all that was declined at the last visits: the earliest, with every item in the words."""
    if not car.declined:
        return None
    due_on = min(each.again_on for each in car.declined)
    names = "、".join(dict.fromkeys(each.name for each in car.declined))
    newest = max(each.declined_on for each in car.declined)
    return Due(DueKind.DECLINED_WORK, due_on, newest, f"{newest:%Y-%m-%d} 没做：{names}。")
