"""Pure rules of the 三包 counters (Regulation on repair, replacement and return of family cars, 2021)."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.pricing.fault_kinds import FaultKind

LAW: Final = "家用汽车产品修理更换退货责任规定"
_DAY: Final = timedelta(days=1)


class Counted(StrEnum):
    """What is counted of a car."""

    SINGLE_DAYS = "SINGLE_DAYS"
    TOTAL_DAYS = "TOTAL_DAYS"
    SAME_FAULT = "SAME_FAULT"
    SAFETY = "SAFETY"
    ENGINE = "ENGINE"
    GEARBOX = "GEARBOX"
    BATTERY = "BATTERY"
    MOTOR = "MOTOR"


class Level(StrEnum):
    """How near a counter is to its limit."""

    FINE = "FINE"
    WARNED = "WARNED"
    REACHED = "REACHED"


WORDS: Final = {
    Counted.SINGLE_DAYS: ("一次修理占用天数", "天"),
    Counted.TOTAL_DAYS: ("累计修理天数", "天"),
    Counted.SAME_FAULT: ("同一故障修理次数", "次"),
    Counted.SAFETY: ("严重安全故障修理次数", "次"),
    Counted.ENGINE: ("更换发动机次数", "次"),
    Counted.GEARBOX: ("更换变速箱次数", "次"),
    Counted.BATTERY: ("更换动力蓄电池次数", "次"),
    Counted.MOTOR: ("更换驱动电机次数", "次"),
}
"""The Chinese name of each counter and its unit."""
_ORDINARY: Final = FaultKind.ORDINARY
_REPLACED: Final = "换过 2 次仍不能用，可要求更换或退货"
LAW_SAYS: Final = {
    Counted.SINGLE_DAYS: "超过 5 天，第 6 天起给代步车或补偿",
    Counted.TOTAL_DAYS: "超过 30 天，可要求更换或退货",
    Counted.SAME_FAULT: "超过 4 次，可要求更换或退货",
    Counted.SAFETY: "修过 2 次未排除，可要求更换或退货",
    Counted.ENGINE: _REPLACED,
    Counted.GEARBOX: _REPLACED,
    Counted.BATTERY: _REPLACED,
    Counted.MOTOR: _REPLACED,
}
"""What the law gives the owner beyond the limit."""
NEW_CAR_DAYS: Final = 7
"""交车 7 日内: engine, gearbox, traction battery or motor has to be replaced (家用汽车三包规定, art. 22)."""
SAFETY_DAYS: Final = 60
SAFETY_KM: Final = 3_000
"""60 日内或 3,000 公里内, whichever ends first: a fault of safety (art. 23)."""
LAW_SAYS_EARLY: Final = {
    FaultKind.SAFETY: "交车 60 天且 3,000 公里内，可要求更换或退货",
    **dict.fromkeys(
        (FaultKind.ENGINE, FaultKind.GEARBOX, FaultKind.BATTERY, FaultKind.MOTOR), "交车 7 天内，可要求更换或退货"
    ),
}
"""What it gives the owner of a new car at once, before anything was repaired twice."""


@dataclass(frozen=True)
class ThreeGuaranteesPolicy(Policy, key="three_guarantees", title="三包计数", is_group_only=True):
    """When the managers are warned; the law's own limits are no rules of the house."""

    months: int = rule(24, "三包有效期多少个月", Unit.MONTHS, 24, 120, source=LAW)
    km: int = rule(50_000, "三包有效期多少公里", Unit.KILOMETRES, 50_000, 300_000, source=LAW)
    warn_single_days: int = rule(4, "一次修理到第几天预警", Unit.DAYS, 1, 5)
    warn_total_days: int = rule(25, "累计修理多少天预警", Unit.DAYS, 1, 30)
    warn_same_fault: int = rule(3, "同一故障第几次修理预警", Unit.TIMES, 1, 4)


@dataclass(frozen=True)
class Repair:
    """One repair that the maker pays: from the owner's order until the work ended, or until now."""

    order_id: int
    began_at: datetime
    ended_at: datetime
    not_counted: tuple[tuple[datetime, datetime], ...] = ()
    """Waits for a part made for this car, or for a traction battery."""

    @property
    def days_here(self) -> int:
        """Days of this repair with all waits; a part of a day is a day."""
        return _days(self.ended_at - self.began_at)

    @property
    def repair_days(self) -> int:
        """Days that count towards the sum of all repairs."""
        waits = merged(self.began_at, self.ended_at, self.not_counted)
        return _days(self.ended_at - self.began_at - sum(((end - start) for start, end in waits), timedelta(0)))


@dataclass(frozen=True)
class Turn:
    """A change of a job: from then on it waits for its part, or it does not."""

    at: datetime
    is_waiting: bool


@dataclass(frozen=True)
class Fault:
    """A job the maker paid that was finished: which fault it was about, by the catalogue's item or the job's name."""

    what: str
    kind: FaultKind
    is_early: bool = False
    """Whether the car is so new that the owner need not have it repaired (`is_early`)."""
    is_done: bool = True


@dataclass(frozen=True)
class Count:
    """One counter of a car."""

    counted: Counted
    used: int
    level: Level
    what: str = ""
    """The fault that was repaired most often."""
    is_early: bool = False

    @property
    def law(self) -> str:
        """What the law gives the owner."""
        kind = FaultKind(self.counted.value) if self.is_early else None
        return LAW_SAYS[self.counted] if kind is None else LAW_SAYS_EARLY[kind]


def is_within(
    delivered_on: date | None, came_on: date, km: int, last_day: date | None, policy: ThreeGuaranteesPolicy
) -> bool:
    """Whether a repair belongs to the 三包 period: `last_day` is `months` after the delivery. Of a car whose delivery
    nobody knows nothing is counted.
    """
    if delivered_on is None or last_day is None:
        return False
    return delivered_on <= came_on <= last_day and km <= policy.km


def is_early(kind: FaultKind, delivered_on: date, came_on: date, km: int) -> bool:
    """Whether a car came with such a fault so soon that its owner may have it swapped or taken back at once."""
    days = (came_on - delivered_on).days
    if kind is FaultKind.SAFETY:
        return days <= SAFETY_DAYS and km <= SAFETY_KM
    return kind in LAW_SAYS_EARLY and days <= NEW_CAR_DAYS


def counts(repairs: Sequence[Repair], faults: Iterable[Fault], policy: ThreeGuaranteesPolicy) -> list[Count]:
    """Every counter of a car."""
    told = list(faults)
    known, early = [fault for fault in told if fault.is_done], {fault.kind for fault in told if fault.is_early}
    same = Tally(fault.what for fault in known)
    worst, times = same.most_common(1)[0] if same else ("", 0)
    kinds = Tally(fault.kind for fault in known)
    made = [
        (Counted.SINGLE_DAYS, max((repair.days_here for repair in repairs), default=0), ""),
        (Counted.TOTAL_DAYS, sum(repair.repair_days for repair in repairs), ""),
        (Counted.SAME_FAULT, times, worst),
    ]
    return [
        *(Count(counted, used, level(counted, used, policy), what) for counted, used, what in made),
        *(_of_kind(kind, kinds[kind], policy, is_early=kind in early) for kind in FaultKind if kind is not _ORDINARY),
    ]


def _of_kind(kind: FaultKind, done: int, policy: ThreeGuaranteesPolicy, *, is_early: bool) -> Count:
    counted = Counted(kind.value)
    if is_early:
        return Count(counted, max(done, 1), Level.REACHED, is_early=True)
    return Count(counted, done, level(counted, done, policy))


def level(counted: Counted, used: int, policy: ThreeGuaranteesPolicy) -> Level:
    """How near `used` is to the law's limit."""
    warn, reach = {
        Counted.SINGLE_DAYS: (policy.warn_single_days, 6),
        Counted.TOTAL_DAYS: (policy.warn_total_days, 31),
        Counted.SAME_FAULT: (policy.warn_same_fault, 5),
    }.get(counted, (1, 2))
    if used >= reach:
        return Level.REACHED
    return Level.WARNED if used >= warn else Level.FINE


def merged(
    first: datetime, last: datetime, spans: Iterable[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Spans cut to `first` … `last` and joined where they overlap: two jobs may wait at the same time."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted((max(start, first), min(end, last)) for start, end in spans):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def waits(turns: Sequence[Turn], now: datetime) -> list[tuple[datetime, datetime]]:
    """When a job waited for its part, from the changes of its state in their order."""
    spans: list[tuple[datetime, datetime]] = []
    began: datetime | None = None
    for turn in turns:
        if began is not None and not turn.is_waiting:
            spans.append((began, turn.at))
            began = None
        elif began is None and turn.is_waiting:
            began = turn.at
    return spans if began is None else [*spans, (began, now)]


def _days(length: timedelta) -> int:
    return max(1, ceil(length / _DAY))
