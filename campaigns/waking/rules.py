"""What is decided about an owner: since when their state holds, which paths to them are open, the best weekday."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from crm_core.customers.dormancy import Dormancy, DormancyPolicy
from crm_core.customers.rfm import Rfm, RfmPolicy, ValueGroup
from crm_core.policies.declaring import Policy, Unit, rule


class Path(StrEnum):
    """The best way to an owner."""

    CALL = "CALL"
    MASS = "MASS"
    NOTICE = "NOTICE"
    """The notice in the mini-program that a service is due. It is about the car and offers nothing."""
    SMS = "SMS"
    ADS = "ADS"
    """In the file of numbers, hashed, that an advertising platform takes; what comes of it nobody tells us."""
    ASK = "ASK"
    """Nobody may offer them anything; their consent can be asked for when they are here."""

    @property
    def label(self) -> str:
        """As pages say it."""
        return _LABELS[self]


_LABELS: Final = {
    Path.CALL: "电话",
    Path.MASS: "企微群发",
    Path.NOTICE: "保养到期通知",
    Path.SMS: "短信",
    Path.ADS: "广告名单",
    Path.ASK: "先征得同意",
}

UNTRIED: Final = (Path.ADS, Path.ASK)
"""Nobody is contacted by us on these."""


@dataclass(frozen=True)
class WakingPolicy(Policy, key="waking", title="唤醒", is_group_only=True):
    """Who is worth a person's time, and when the next path is tried. One for the group, because customers belong to
    the group.
    """

    call_from_value: Decimal = rule(Decimal(4), "价值多少起值得专人打电话", Unit.POINTS, Decimal(1), Decimal(5))
    """高价值流失 is always worth a call; the rest is done by machine."""
    wait_days: int = rule(10, "没反应等几天换下一种方式", Unit.DAYS, 3, 60)
    """Not shorter than the days in which most who come make their booking (house rule)."""
    send_days: int = rule(14, "轮到后几天没发出就换", Unit.DAYS, 3, 60)
    again_days: int = rule(180, "同一种方式隔多少天再试", Unit.DAYS, 30, 730)
    least_tries: int = rule(30, "试过多少人才按反应率排", Unit.PEOPLE, 10, 1000)
    """With fewer the interval of a rate is so wide that it says nothing."""


@dataclass(frozen=True)
class OwnerFacts:
    """What is known of an owner. All days are Shanghai days."""

    last_seen_on: date
    due_on: date
    never_came: bool = False
    gone_reason: str = ""
    paid_on: date | None = None
    paid_visits: int = 0
    paid_fen: int = 0
    has_opted_out: bool = False
    is_held_out: bool = False
    """In the control group of a broadcast that is still measured: nobody tries to wake them."""
    has_phone: bool = False
    """A number on file that is theirs as far as we know."""
    is_friend: bool = False
    """Of a member of staff who still works here."""
    agreed_to_messages: bool = False
    """To marketing in WeCom; each way has its own consent."""
    agreed_to_sms: bool = False
    agreed_to_calls: bool = False
    agreed_to_ads: bool = False
    takes_notices: bool = False
    """Their mini-program still allows us a notice that a service is due, and they have not switched it off."""
    store_id: int | None = None
    """Their own store, by whose rates their paths are ordered."""
    came_on: Sequence[int] = ()
    """The ISO weekdays of their latest visits, the newest first."""


@dataclass(frozen=True)
class Limits:
    """The group's rules."""

    dormancy: DormancyPolicy
    rfm: RfmPolicy
    waking: WakingPolicy


@dataclass(frozen=True)
class Choice:
    """Something chosen, with the sentence that says why."""

    path: Path
    why: str


@dataclass(frozen=True)
class DayChoice:
    """The ISO weekday on which a message suits an owner, with the sentence that says why."""

    weekday: int
    why: str


USUAL_WEEKDAY: Final = 4
"""Thursday: near enough to the weekend, on which most owners come, with a day left to book (house rule)."""
AHEAD_DAYS: Final = 2
"""So many days before the weekday on which somebody usually comes they are written to (house rule)."""
LEAST_SAME: Final = 2
"""So many visits on one weekday make a habit."""
WEEK: Final = 7
_WEEKDAYS: Final = "一二三四五六日"


def since(state: Dormancy, last_seen_on: date, due_on: date, policy: DormancyPolicy) -> date | None:
    """The first day on which the state held with these facts; None where only evidence decides (失效)."""
    overdue = due_on + timedelta(days=policy.at_risk_overdue_days + 1)
    asleep_for = {
        Dormancy.DORMANT: policy.heavy_driver_recency_days,
        Dormancy.LAPSED: policy.dormant_recency_days,
        Dormancy.DEEP: policy.lapsed_recency_days,
    }
    if state in asleep_for:
        return max(overdue, last_seen_on + timedelta(days=asleep_for[state] + 1))
    if state is Dormancy.AT_RISK:
        return max(due_on + timedelta(days=policy.active_overdue_days + 1), last_seen_on)
    return last_seen_on if state is Dormancy.ACTIVE else None


def is_lost_value(rfm: Rfm) -> bool:
    """Whether they paid much and have not come for long."""
    return rfm.group == ValueGroup.VALUABLE_LOST.value


def is_worth_a_call(rfm: Rfm, policy: WakingPolicy) -> bool:
    """Whether a person calls; everybody else is reached by machine."""
    return is_lost_value(rfm) or rfm.value >= policy.call_from_value


def why_call(rfm: Rfm, policy: WakingPolicy) -> str:
    """Whether a person or the machine works on an owner, as a Chinese sentence without its full stop."""
    if is_lost_value(rfm):
        return f"{rfm.group}，值得专人打电话"
    if is_worth_a_call(rfm, policy):
        return f"价值 {rfm.value}，不低于 {policy.call_from_value}，值得专人打电话"
    return f"价值 {rfm.value}，低于 {policy.call_from_value}，由系统联系，不占用人力"


def open_paths(facts: OwnerFacts, rfm: Rfm, policy: WakingPolicy, today: date) -> list[Choice]:
    """Every path that is open, in the order in which they are tried: a lost owner of high value is called by a person
    first; for the rest the machine comes first, the mass message to friends, the notice that a service is due, the SMS,
    and whoever is worth it is called after that. Only ways they agreed to are open.
    """
    if facts.gone_reason:
        return [Choice(Path.ASK, f"{facts.gone_reason}，不再联系")]
    if facts.has_opted_out:
        return [Choice(Path.ASK, "已退订营销，不再联系")]
    if facts.is_held_out:
        return [Choice(Path.ASK, "在活动的对照组里，先不联系")]
    may_call = facts.has_phone and facts.agreed_to_calls
    is_first_called = may_call and is_lost_value(rfm)
    found: list[Choice] = []
    if is_first_called:
        found.append(Choice(Path.CALL, f"{rfm.group}，同意接电话，先由人打"))
    if facts.is_friend and facts.agreed_to_messages:
        found.append(Choice(Path.MASS, "是企微好友，同意企微营销"))
    if facts.takes_notices and facts.due_on <= today:
        found.append(Choice(Path.NOTICE, "小程序里允许过保养到期通知，车已到期"))
    if facts.has_phone and facts.agreed_to_sms:
        found.append(Choice(Path.SMS, "同意营销短信，手机号可用"))
    if may_call and not is_first_called and is_worth_a_call(rfm, policy):
        found.append(Choice(Path.CALL, f"价值 {rfm.value}，不低于 {policy.call_from_value}，同意接电话"))
    if not found and facts.has_phone and facts.agreed_to_ads:
        found.append(Choice(Path.ADS, "没有别的方式，同意用于广告投放"))
    return found or [Choice(Path.ASK, _why_none(facts, rfm, policy, may_call=may_call))]


def _why_none(facts: OwnerFacts, rfm: Rfm, policy: WakingPolicy, *, may_call: bool) -> str:
    if may_call:
        return f"只同意接电话，价值 {rfm.value} 低于 {policy.call_from_value}，不占用人力"
    if facts.agreed_to_messages and not facts.is_friend:
        return "同意企微营销，但不是在职同事的好友"
    if (facts.agreed_to_sms or facts.agreed_to_calls) and not facts.has_phone:
        return "没有可用的手机号，也不是企微好友"
    return "没同意任何营销联系，等到店时再问"


def best_weekday(came_on: Sequence[int]) -> DayChoice:
    """Two days before the weekday on which somebody usually comes, else Thursday. Of two equally usual weekdays the one
    they came on last counts.
    """
    counted = Counter(came_on)
    usual = max(counted, key=lambda day: (counted[day], -came_on.index(day)), default=None)
    if usual is None or counted[usual] < LEAST_SAME:
        return DayChoice(USUAL_WEEKDAY, "没有常来的日子，周四说，赶得上约周末")
    weekday = (usual - AHEAD_DAYS - 1) % WEEK + 1
    times = f"近 {len(came_on)} 次到店有 {counted[usual]} 次在{weekday_word(usual)}"
    return DayChoice(weekday, f"{times}，提前 {AHEAD_DAYS} 天说，来得及约")


def weekday_word(weekday: int) -> str:
    """`周四`."""
    return f"周{_WEEKDAYS[weekday - 1]}"


def next_day(weekday: int, not_before: date) -> date:
    """The first such weekday from a day on."""
    return not_before + timedelta(days=(weekday - not_before.isoweekday()) % WEEK)
