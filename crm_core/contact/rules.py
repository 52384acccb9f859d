"""Whether a person may be contacted, and if not, why and from when they may.

Limits hold per *person*, over all channels and all stores. Service notices are exempt, because they are about work that
was ordered. That consent is needed and can be withdrawn is law (Consumer Protection Law art. 29, PIPL art. 15); the
numbers are house rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from crm_core.contact.quiet_rules import Span, is_quiet, leaves_some_of, quiet_until, words_of
from crm_core.dealerships.calendar import SPRING_FESTIVALS
from crm_core.dealerships.holidays.rules import Holidays
from crm_core.policies.declaring import Policy, Unit, Window, rule
from foundation import wall_clock

SEARCH_DAYS = 400  # Every limit ends within a year; beyond that the end counts as not foreseeable.


class ContactPurpose(StrEnum):
    """Why somebody is contacted."""

    SERVICE = "SERVICE"
    MARKETING = "MARKETING"


class ContactWay(StrEnum):
    """How somebody is contacted: a call disturbs more than a message and has narrower hours."""

    MESSAGE = "MESSAGE"
    CALL = "CALL"


class ContactRefusal(StrEnum):
    """Why a person may not be contacted, in order of precedence: if several reasons hold, only the first one is
    given.
    """

    GONE = "GONE"
    OPTED_OUT = "OPTED_OUT"
    NO_CONSENT = "NO_CONSENT"
    CAMPAIGN_AGAIN = "CAMPAIGN_AGAIN"
    COMPLAINT = "COMPLAINT"
    HAND_OVER_OPEN = "HAND_OVER_OPEN"
    IN_WORKSHOP = "IN_WORKSHOP"
    BOOKED = "BOOKED"
    RECENT_VISIT = "RECENT_VISIT"
    WEEKLY_CAP = "WEEKLY_CAP"
    MONTHLY_CAP = "MONTHLY_CAP"
    ALWAYS_QUIET = "ALWAYS_QUIET"
    """Their own quiet hours leave nothing of the hours at which we write."""
    SPRING_FESTIVAL = "SPRING_FESTIVAL"
    HOLIDAY = "HOLIDAY"
    """A holiday by law that the calendar marks as one without marketing."""
    QUIET_HOURS = "QUIET_HOURS"
    OWN_HOURS = "OWN_HOURS"
    """They do not wish to be written to at this time of the day."""


CALL_WINDOWS: Final[tuple[Window, ...]] = ((time(9, 30), time(12)), (time(14), time(19)))
"""When people may be phoned for marketing. It is no policy yet, because the system makes no marketing calls."""
SENDS_PER_CAMPAIGN: Final = 1
"""How often one campaign may reach a person. It is no policy, because a campaign never repeats itself."""


@dataclass(frozen=True)
class ContactPolicy(Policy, key="contact", title="营销联系", is_group_only=True):
    """House rules of contact. They are group only, because a person's limits count messages of all stores together.

    Windows are in Shanghai wall-clock time, with the end excluded.
    """

    message_windows: tuple[Window, ...] = rule(
        ((time(9), time(20, 30)),), "营销消息时段", Unit.WINDOWS, time(8), time(21)
    )
    spring_festival_days: int = rule(3, "春节头几天不打扰", Unit.DAYS, 0, 7)
    weekly_cap: int = rule(1, "短期内最多联系", Unit.TIMES, 1, 7)
    weekly_days: int = rule(7, "短期的长度", Unit.DAYS, 1, 14)
    monthly_cap: int = rule(3, "长期内最多联系", Unit.TIMES, 1, 30)
    monthly_days: int = rule(30, "长期的长度", Unit.DAYS, 14, 90)
    complaint_days: int = rule(180, "投诉后不做营销", Unit.DAYS, 30, 730)
    visit_days: int = rule(7, "离店后不做营销", Unit.DAYS, 1, 60)

    def conflict(self) -> str:
        """The number of days of the shorter span must be below that of the longer one."""
        return "" if self.weekly_days < self.monthly_days else "短期要比长期短。"


@dataclass(frozen=True)
class ContactRules:
    """What limits contact on any day: the group's policy, and the holidays by law that are known.

    `contact.current` reads both; on a holiday that the calendar marks so (`Holidays.quiet`) nobody is sent marketing.
    """

    policy: ContactPolicy = field(default_factory=ContactPolicy)
    holidays: Holidays = field(default_factory=Holidays)


@dataclass(frozen=True)
class ContactFacts:
    """What is known of a person at the moment of sending. All days are Shanghai days.

    `marketing_sent_on` are the days of marketing contacts over any channel from any store, for at least the last 30
    days.
    """

    is_gone: bool = False
    """Whether they have sold or scrapped all their cars."""
    has_opted_out: bool = False
    has_consent: bool = False
    sends_of_this_campaign: int = 0
    has_open_complaint: bool = False
    complaint_until: date | None = None
    """The last day on which an earlier complaint still forbids marketing (`ContactPolicy.complaint_days`)."""
    has_open_hand_over: bool = False
    """Whether they, or the person who brought their car, have yet to confirm that they have it back."""
    is_in_workshop: bool = False
    is_booked: bool = False
    last_here_on: date | None = None
    """When they last brought or fetched a car, whether or not anything was done to it."""
    marketing_sent_on: tuple[date, ...] = ()
    quiet: tuple[Span, ...] = ()
    """Their own quiet hours."""


@dataclass(frozen=True)
class ContactAnswer:
    """Allowed, or the first reason with its sentence and the instant from which *no* reason holds any more.

    `allowed_from` is None if that instant cannot be foreseen.
    """

    refusal: ContactRefusal | None = None
    allowed_from: datetime | None = None
    sentence: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether the contact may be made now."""
        return self.refusal is None


def check_contact(
    facts: ContactFacts,
    now: datetime,
    *,
    purpose: ContactPurpose = ContactPurpose.MARKETING,
    way: ContactWay = ContactWay.MESSAGE,
    rules: ContactRules,
) -> ContactAnswer:
    """Whether a person may be contacted at `now`; ask again for each send, never once for a whole list."""
    if purpose is ContactPurpose.SERVICE:
        return ContactAnswer()
    for_good = _refusal_for_good(facts)
    if for_good:
        return ContactAnswer(for_good, None, _FOR_GOOD[for_good])
    today = wall_clock.local(now).date()
    refusal = _refusal_on(today, facts, rules) or _refusal_at(now, facts, way, rules.policy)
    if refusal is None:
        return ContactAnswer()
    allowed_from = _allowed_from(now, facts, way, rules)
    sentence = _open_matter(facts).get(refusal) or _sentence(refusal, allowed_from, facts, rules, today)
    return ContactAnswer(refusal, allowed_from, sentence)


_FOR_GOOD = {
    ContactRefusal.GONE: "已不再是车主，先不打扰。",
    ContactRefusal.OPTED_OUT: "已退订营销消息，不能联系。",
    ContactRefusal.NO_CONSENT: "还没同意这种营销联系，不能联系。",
    ContactRefusal.CAMPAIGN_AGAIN: "这次活动已经联系过，不再重复。",
}


def _refusal_for_good(facts: ContactFacts) -> ContactRefusal | None:
    if facts.is_gone:
        return ContactRefusal.GONE
    if facts.has_opted_out:
        return ContactRefusal.OPTED_OUT
    if not facts.has_consent:
        return ContactRefusal.NO_CONSENT
    return ContactRefusal.CAMPAIGN_AGAIN if facts.sends_of_this_campaign >= SENDS_PER_CAMPAIGN else None


def _refusal_on(day: date, facts: ContactFacts, rules: ContactRules) -> ContactRefusal | None:
    """The first reason that forbids contact for a whole day; None if there is none."""
    policy = rules.policy
    if facts.has_open_complaint or (facts.complaint_until and day <= facts.complaint_until):
        return ContactRefusal.COMPLAINT
    if facts.has_open_hand_over:
        return ContactRefusal.HAND_OVER_OPEN
    if facts.is_in_workshop:
        return ContactRefusal.IN_WORKSHOP
    if facts.is_booked:
        return ContactRefusal.BOOKED
    if facts.last_here_on and day <= facts.last_here_on + timedelta(days=policy.visit_days):
        return ContactRefusal.RECENT_VISIT
    if _sent_within(day, policy.weekly_days, facts.marketing_sent_on) >= policy.weekly_cap:
        return ContactRefusal.WEEKLY_CAP
    if _sent_within(day, policy.monthly_days, facts.marketing_sent_on) >= policy.monthly_cap:
        return ContactRefusal.MONTHLY_CAP
    if facts.quiet and not leaves_some_of(facts.quiet, policy.message_windows):
        return ContactRefusal.ALWAYS_QUIET
    if is_spring_festival(day, policy):
        return ContactRefusal.SPRING_FESTIVAL
    return ContactRefusal.HOLIDAY if day in rules.holidays.quiet else None


def _refusal_at(now: datetime, facts: ContactFacts, way: ContactWay, policy: ContactPolicy) -> ContactRefusal | None:
    """The reason that forbids contact at this time of the day; None if there is none."""
    if not _window_at(now, way, policy):
        return ContactRefusal.QUIET_HOURS
    return ContactRefusal.OWN_HOURS if is_quiet(facts.quiet, now) else None


def _sent_within(day: date, days: int, sent_on: Sequence[date]) -> int:
    return sum(timedelta(0) <= day - sent < timedelta(days=days) for sent in sent_on)


def may_send_at(instant: datetime, rules: ContactRules) -> bool:
    """Whether anybody may be sent marketing at this instant: it lies in the hours for messages, and its day is none on
    which nobody is sent any.
    """
    return _window_at(instant, ContactWay.MESSAGE, rules.policy) and not why_no_marketing_on(
        wall_clock.local(instant).date(), rules
    )


def why_no_marketing_on(day: date, rules: ContactRules) -> str:
    """What makes a day one on which nobody is sent marketing, in Chinese; empty if it is none."""
    if is_spring_festival(day, rules.policy):
        return f"春节头 {rules.policy.spring_festival_days} 天"
    return f"{rules.holidays.off[day]}放假" if day in rules.holidays.quiet else ""


def is_spring_festival(day: date, policy: ContactPolicy) -> bool:
    """Whether a day is one of the first days of the lunar year 初一至初三, when nobody is bothered.

    A year without an almanac date has no such days: the almanac is loaded for years ahead, and a calendar gap must not
    stop messages.
    """
    first = SPRING_FESTIVALS.get(day.year)
    return first is not None and first <= day < first + timedelta(days=policy.spring_festival_days)


def _windows(way: ContactWay, policy: ContactPolicy) -> tuple[Window, ...]:
    return CALL_WINDOWS if way is ContactWay.CALL else policy.message_windows


def _window_at(instant: datetime, way: ContactWay, policy: ContactPolicy) -> bool:
    wall = wall_clock.local(instant).time()
    return any(opens <= wall < closes for opens, closes in _windows(way, policy))


def _allowed_from(now: datetime, facts: ContactFacts, way: ContactWay, rules: ContactRules) -> datetime | None:
    """The first instant from `now` on that no rule forbids; None if a matter is open whose end nobody knows."""
    if _open_matter(facts):
        return None
    windows = _windows(way, rules.policy)
    return _first_opening(now, facts.quiet, windows, lambda day: _refusal_on(day, facts, rules) is None)


def sends_from(now: datetime, quiet: Sequence[Span], rules: ContactRules) -> datetime | None:
    """The first instant from `now` on at which somebody with these quiet hours may be sent marketing, as far as hours
    and days decide it; None if there is none.
    """
    return _first_opening(now, quiet, rules.policy.message_windows, lambda day: not why_no_marketing_on(day, rules))


def _first_opening(
    now: datetime, quiet: Sequence[Span], windows: Sequence[Window], is_open_on: Callable[[date], bool]
) -> datetime | None:
    today = wall_clock.local(now).date()
    for day in (today + timedelta(days=ahead) for ahead in range(SEARCH_DAYS)):
        if not is_open_on(day):
            continue
        for opens, closes in windows:
            opening = quiet_until(quiet, max(now, wall_clock.at(day, opens.hour, opens.minute)))
            if opening is not None and opening < wall_clock.at(day, closes.hour, closes.minute):
                return opening
    return None


def _open_matter(facts: ContactFacts) -> dict[ContactRefusal, str]:
    """The matters under way between the person and us that forbid marketing, each with its Chinese sentence."""
    matters = {
        ContactRefusal.COMPLAINT: (facts.has_open_complaint, "投诉还没处理完，先不打扰。"),
        ContactRefusal.HAND_OVER_OPEN: (facts.has_open_hand_over, "取车还没确认，先不打扰。"),
        ContactRefusal.IN_WORKSHOP: (facts.is_in_workshop, "车在店里，先不打扰。"),
        ContactRefusal.BOOKED: (facts.is_booked, "已经约了到店，先不打扰。"),
    }
    return {refusal: sentence for refusal, (is_open, sentence) in matters.items() if is_open}


def _sentence(
    refusal: ContactRefusal, allowed_from: datetime | None, facts: ContactFacts, rules: ContactRules, today: date
) -> str:
    policy = rules.policy
    why = {
        ContactRefusal.COMPLAINT: f"投诉后 {policy.complaint_days} 天内不做营销",
        ContactRefusal.RECENT_VISIT: f"离店不满 {policy.visit_days} 天",
        ContactRefusal.WEEKLY_CAP: f"{policy.weekly_days} 天内已联系过 {policy.weekly_cap} 次",
        ContactRefusal.MONTHLY_CAP: f"{policy.monthly_days} 天内已联系过 {policy.monthly_cap} 次",
        ContactRefusal.SPRING_FESTIVAL: f"春节头 {policy.spring_festival_days} 天不打扰",
        ContactRefusal.HOLIDAY: f"{rules.holidays.off.get(today, '')}放假，不发营销",
        ContactRefusal.QUIET_HOURS: "现在不是联系时间",
        ContactRefusal.ALWAYS_QUIET: f"客户设的免打扰 {words_of(facts.quiet)} 盖住了全部营销时段",
        ContactRefusal.OWN_HOURS: f"客户设了免打扰 {words_of(facts.quiet)}",
    }[refusal]
    if allowed_from is None:
        return f"{why}，暂时不能联系。"
    local = wall_clock.local(allowed_from)
    return f"{why}，{local.month}月{local.day}日 {local:%H:%M} 起可以联系。"
