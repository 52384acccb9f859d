"""What may become of a run, when one fits its booking, and who should drive it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class RunKind(StrEnum):
    """What the driver goes for."""

    PICK_UP = "PICK_UP"
    RETURN = "RETURN"
    RESCUE = "RESCUE"

    @property
    def word(self) -> str:
        """As owners and drivers call it."""
        return _KIND_WORDS[self]


_KIND_WORDS: Final = {RunKind.PICK_UP: "上门取车", RunKind.RETURN: "送车上门", RunKind.RESCUE: "道路救援"}


class RunState(StrEnum):
    """States of a run."""

    PLANNED = "PLANNED"
    ASSIGNED = "ASSIGNED"
    ON_THE_WAY = "ON_THE_WAY"
    CAR_TAKEN = "CAR_TAKEN"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


TAKES_THE_DRIVER: Final = (RunState.ASSIGNED, RunState.ON_THE_WAY, RunState.CAR_TAKEN)
"""States in which the time of the run is its driver's."""
LIVE: Final = (RunState.PLANNED, *TAKES_THE_DRIVER)
BILLED: Final = (*LIVE, RunState.DELIVERED)
"""States of a run that is billed with its visit: it was driven, or the car is still to be brought back."""
BEFORE_THE_CAR: Final = (RunState.PLANNED, RunState.ASSIGNED, RunState.ON_THE_WAY)
MAY_BE_CANCELLED: Final = BEFORE_THE_CAR
"""A car that the driver has is brought somewhere, whatever becomes of its booking."""

_ENDS: Final = {"cancel": RunState.CANCELLED}
RUN_MOVES: Moves[RunState] = {
    RunState.PLANNED: {"assign": RunState.ASSIGNED, "release": RunState.PLANNED, **_ENDS},
    RunState.ASSIGNED: {
        "assign": RunState.ASSIGNED,  # Another time, or another driver.
        "release": RunState.PLANNED,
        "set_out": RunState.ON_THE_WAY,
        **_ENDS,
    },
    RunState.ON_THE_WAY: {"take": RunState.CAR_TAKEN, "fail": RunState.FAILED, **_ENDS},
    RunState.CAR_TAKEN: {"deliver": RunState.DELIVERED, "fail": RunState.FAILED},
}

HANDING_OVER: Final = timedelta(minutes=15)
"""Walking around the car with its owner, photos and mileage (house rule)."""
STEP: Final = timedelta(minutes=15)
"""The grid on which a start is looked for."""
LATE_FOR: Final = timedelta(hours=24)
"""A run that is late for longer was given up without a word; its desk was told long ago."""
LONGEST_WINDOW: Final = timedelta(hours=6)
"""Nobody waits at an address for longer (house rule)."""
_EARTH_KM: Final = 6371.0


@dataclass(frozen=True)
class ValetPolicy(Policy, key="valet", title="取送车"):
    """How far a store drives, for how much, and how long a drive counts."""

    radius_km: int = rule(20, "取送车最远多少公里", Unit.KILOMETRES, 1, 200)
    fee_fen: int = rule(0, "取送车每趟的费用", Unit.YUAN, 0, 1_000_00)
    free_from_fen: int = rule(0, "维修费用满多少免取送车费，0 为不免", Unit.YUAN, 0, 100_000_00)
    """Of what the owner pays for repairs, before coupons."""
    rescue_fee_fen: int = rule(0, "道路救援每趟的费用", Unit.YUAN, 0, 10_000_00)
    one_way_minutes: int = rule(40, "取送车单程按多久算", Unit.MINUTES, 10, 240)
    window_minutes: int = rule(30, "取送车上门时段至少", Unit.MINUTES, 15, 240)
    lead_minutes: int = rule(120, "取送车至少提前", Unit.MINUTES, 0, 2880)
    earliest_at: time = rule(time(7), "取送车最早几点上门", Unit.CLOCK, time(5), time(10))
    latest_at: time = rule(time(21), "取送车最晚几点上门", Unit.CLOCK, time(17), time(23))


@dataclass(frozen=True)
class Spot:
    """A position on the map, in degrees of GCJ-02."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Window:
    """From when to when the driver is expected at the address."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Visit:
    """The promised time the run belongs to."""

    starts_at: datetime
    minutes: int


@dataclass(frozen=True)
class Busy:
    """A run that a driver has already, and where they are after it, if that is known."""

    begins_at: datetime
    ends_at: datetime
    ends_at_spot: Spot | None


@dataclass(frozen=True)
class Driver:
    """A driver on the day of a run: the times at which they work, and what they have to do already."""

    id: int
    name: str
    skills: frozenset[str]
    works: Sequence[tuple[datetime, datetime]]
    runs: Sequence[Busy]


@dataclass(frozen=True)
class Needed:
    """What a run needs: when, where it begins, and the skill that drives this car."""

    kind: RunKind
    window: Window
    begins_at_spot: Spot | None
    skill: str | None


@dataclass(frozen=True)
class Proposal:
    """A driver who could take the run, from when to when, and why they."""

    driver_id: int
    driver: str
    starts_at: datetime
    ends_at: datetime
    distance_km: float | None
    load: int
    reason: str


def distance_km(one: Spot | None, other: Spot | None) -> float | None:
    """As the crow flies; None if one of them is unknown."""
    if one is None or other is None:
        return None
    north, south = radians(one.latitude), radians(other.latitude)
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


def reach_refusal(
    store: Spot | None, spot: Spot | None, address: str, areas: Sequence[str], policy: ValetPolicy
) -> str | None:
    """Why the store does not drive there; None if it does, or if nothing is known by which to judge."""
    distance = distance_km(store, spot)
    if distance is not None:
        if distance <= policy.radius_km:
            return None
        return f"这个地址离门店约 {distance:.0f} 公里，超出取送车范围（{policy.radius_km} 公里）。"
    if not areas or any(area in address for area in areas):
        return None
    return f"取送车只到：{'、'.join(areas)}。请写明在哪个区，或在地图上选位置。"


def window_refusal(
    kind: RunKind, window: Window, visit: Visit | None, now: datetime, policy: ValetPolicy
) -> str | None:
    """Why the driver cannot come in this window; None if they can."""
    length = window.ends_at - window.begins_at
    if not timedelta(minutes=policy.window_minutes) <= length <= LONGEST_WINDOW:
        return f"上门时段要在 {policy.window_minutes} 分钟到 {LONGEST_WINDOW // timedelta(hours=1)} 小时之间。"
    if kind is RunKind.RESCUE:
        return "时段已经过了。" if window.ends_at <= now else None
    if not _is_by_day(window, policy):
        return f"上门时段要在当天 {policy.earliest_at:%H:%M} 到 {policy.latest_at:%H:%M} 之间。"
    if window.begins_at < now + timedelta(minutes=policy.lead_minutes):
        return f"取送车要至少提前 {policy.lead_minutes} 分钟约。"
    if visit is None:
        return None
    if kind is RunKind.PICK_UP and window.ends_at > pick_up_until(visit, policy):
        return f"要赶上到店时间，取车时段最晚到 {_said(pick_up_until(visit, policy))}。"
    if kind is RunKind.RETURN and window.begins_at < return_from(visit, policy):
        return f"车还没做完，送车时段最早从 {_said(return_from(visit, policy))} 开始。"
    return None


def _is_by_day(window: Window, policy: ValetPolicy) -> bool:
    begins, ends = wall_clock.local(window.begins_at), wall_clock.local(window.ends_at)
    is_one_day = begins.date() == ends.date()
    return is_one_day and policy.earliest_at <= begins.time() and ends.time() <= policy.latest_at


def pick_up_until(visit: Visit, policy: ValetPolicy) -> datetime:
    """Until when the driver must be at the address, so that the car arrives for its slot."""
    return visit.starts_at - timedelta(minutes=policy.one_way_minutes) - HANDING_OVER


def return_from(visit: Visit, policy: ValetPolicy) -> datetime:
    """From when on the car can be back at the address, if the work takes as long as was booked."""
    return visit.starts_at + timedelta(minutes=visit.minutes + policy.one_way_minutes)


def takes(kind: RunKind, policy: ValetPolicy) -> timedelta:
    """How long a run takes its driver: whoever fetches a car drives twice, whoever brings one is free at the door."""
    one_way = timedelta(minutes=policy.one_way_minutes)
    return one_way + HANDING_OVER + (timedelta() if kind is RunKind.RETURN else one_way)


def starts_within(window: Window, policy: ValetPolicy) -> Window:
    """When a driver may set out to be at the address in the window."""
    one_way = timedelta(minutes=policy.one_way_minutes)
    return Window(window.begins_at - one_way, window.ends_at - one_way)


def hindrance(driver: Driver, needed: Needed, starts_at: datetime, policy: ValetPolicy) -> str | None:
    """Why this driver cannot set out for the run at this time; None if they can."""
    setting_out, ends_at = starts_within(needed.window, policy), starts_at + takes(needed.kind, policy)
    if not setting_out.begins_at <= starts_at <= setting_out.ends_at:
        return f"要在 {_said(setting_out.begins_at)} 到 {_said(setting_out.ends_at)} 之间出发，才能在约好的时段到。"
    if needed.skill is not None and needed.skill not in driver.skills:
        return f"{driver.name}没有这辆车需要的技能。"
    if not any(begins <= starts_at and ends_at <= ends for begins, ends in driver.works):
        return f"{driver.name}那时不上班。"
    if any(run.begins_at < ends_at and starts_at < run.ends_at for run in driver.runs):
        return f"{driver.name}那时已有一趟。"
    return None


def proposals(drivers: Sequence[Driver], needed: Needed, store: Spot | None, policy: ValetPolicy) -> list[Proposal]:
    """Who could take the run: the nearest first, then who has the least to do. Each sets out as early as they can."""
    found = [
        _proposal(driver, needed, starts_at, store, policy)
        for driver in drivers
        if (starts_at := _first_start(driver, needed, policy)) is not None
    ]
    found.sort(key=lambda each: (round(each.distance_km or 0, 1), each.load, each.starts_at, each.driver_id))
    return found


def _first_start(driver: Driver, needed: Needed, policy: ValetPolicy) -> datetime | None:
    setting_out = starts_within(needed.window, policy)
    starts_at = setting_out.begins_at
    while starts_at <= setting_out.ends_at:
        if hindrance(driver, needed, starts_at, policy) is None:
            return starts_at
        starts_at += STEP
    return None


def _proposal(driver: Driver, needed: Needed, starts_at: datetime, store: Spot | None, policy: ValetPolicy) -> Proposal:
    before = [run for run in driver.runs if run.ends_at <= starts_at]
    is_from = max(before, key=lambda run: run.ends_at).ends_at_spot if before else store
    distance, load = distance_km(is_from, needed.begins_at_spot), len(driver.runs)
    reasons = [
        f"那时离起点约 {distance:.1f} 公里" if distance is not None else "起点的位置不详，不比远近",
        f"当天已有 {load} 趟" if load else "当天还没有别的",
        *(["能开新能源车"] if needed.skill is not None else []),
    ]
    ends_at = starts_at + takes(needed.kind, policy)
    return Proposal(driver.id, driver.name, starts_at, ends_at, distance, load, "，".join(reasons))


def is_late(kind: RunKind, state: RunState, window_to: datetime, now: datetime) -> bool:
    """Whether the window is over and the car has not been taken at the address, or brought there."""
    waits = LIVE if kind is RunKind.RETURN else BEFORE_THE_CAR
    return state in waits and window_to < now


def _said(moment: datetime) -> str:
    return f"{wall_clock.local(moment):%m月%d日 %H:%M}"


def fee_fen(kind: RunKind, policy: ValetPolicy) -> int:
    """What a run that is asked for now costs."""
    return policy.rescue_fee_fen if kind is RunKind.RESCUE else policy.fee_fen


def is_free(repairs_fen: int, policy: ValetPolicy) -> bool:
    """Whether fetching and bringing a car costs nothing because of what is paid for its repairs. A rescue costs what it
    costs.
    """
    return 0 < policy.free_from_fen <= repairs_fen
