"""The one list of reasons why a person is not sent a mass message.

Each reason has its code, its words, its SQL and the moments at which it is checked. `reachability` uses the list for a
preview, for the freeze, right before a task is made, and while a task waits for its salesperson, so these never differ.
Reasons that concern the person, and not the sender, are also rules of `crm_core.contact.rules`, which explains them for
one person in words; a test with random people ensures that both agree. The events that may give rise to a reason are
subscribed in `app.wiring`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from campaigns.mass_channels import MassChannel
from campaigns.measuring import WINDOW, Cohort
from campaigns.sql import Parameters
from crm_core.appointments.rules import LIVE_STATES
from crm_core.contact.quiet_rules import minute_of
from crm_core.contact.rules import ContactPolicy
from crm_core.customers.quiet_hours.reading import always_quiet_sql
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys.rules import ComplaintState
from crm_core.tasks.rules import MARKETING, Channel, ContactOutcome, TaskKind
from foundation import clock
from foundation.reading import literals


class Moment(StrEnum):
    """When the list is checked."""

    COUNT = "COUNT"
    """At a preview and at the freeze."""
    SEND = "SEND"
    """Right before a task is made, for the friends of one salesperson."""
    WAIT = "WAIT"
    """While a task exists that its salesperson has not confirmed."""


_ALWAYS: Final = frozenset(Moment)
_BEFORE_THE_TASK: Final = frozenset({Moment.COUNT, Moment.SEND})


class Exclusion(StrEnum):
    """Reasons in order of precedence: everybody is counted under the first one that holds for them."""

    UNREACHED = "UNREACHED"
    """Not reached by the channel; its own words say why."""
    GONE = "GONE"
    OPTED_OUT = "OPTED_OUT"
    NO_CONSENT = "NO_CONSENT"
    COMPLAINT = "COMPLAINT"
    HAND_OVER_OPEN = "HAND_OVER_OPEN"
    IN_WORKSHOP = "IN_WORKSHOP"
    BOOKED = "BOOKED"
    RECENT_VISIT = "RECENT_VISIT"
    HELD_OUT = "HELD_OUT"
    """In the control group of another broadcast, whose effect could not be told any more."""
    WEEKLY_CAP = "WEEKLY_CAP"
    MONTHLY_CAP = "MONTHLY_CAP"
    ALWAYS_QUIET = "ALWAYS_QUIET"
    """Their own quiet hours cover all the time that is left for sending."""
    STAFF_LEFT = "STAFF_LEFT"
    DUPLICATE = "DUPLICATE"

    def label(self, channel: MassChannel) -> str:
        """The Chinese words on the page of a broadcast that goes by this channel."""
        return channel.unreached if self is Exclusion.UNREACHED else REASONS[self].label


OF_THE_CHANNEL: Final = (Exclusion.UNREACHED, Exclusion.NO_CONSENT, Exclusion.STAFF_LEFT)
"""Reasons that say nothing about the next channel of a broadcast: it may reach the person all the same."""


@dataclass(frozen=True)
class Reason:
    """The words of a reason and its test: SQL about the customer `c`, their `friend`, live consent `k` and `contact`s.

    `test` is empty for two reasons that the statement itself decides: not being reached by the channel, which has the
    words for it, and being a duplicate of another person. `{today}` is the day; a visit since `{visit_on}` or
    `{visit_at}` is too recent; `{windows}` are the hours for messages; `{weekly_cap}` and `{monthly_cap}` are numbers
    of contacts; control groups drawn since `{measured_at}` by other broadcasts than `{besides}` are still compared.
    """

    label: str
    test: str
    asked: frozenset[Moment] = _ALWAYS


def _people_of(table: str, where: str) -> str:
    """SQL for the customers whom rows of a table with a car concern: the one who brought the car and its owner."""
    return (
        f"SELECT t.customer_id FROM {table} t WHERE {where} UNION ALL "
        f"SELECT o.customer_id FROM {table} t JOIN ownership o ON o.vehicle_id = t.vehicle_id AND o.until_on IS NULL "
        f"WHERE {where}"
    )


def _in(states: Sequence[StrEnum]) -> str:
    return "(" + ", ".join(f"'{state.value}'" for state in states) + ")"


_ORDER_OVER: Final = _in([HeaderState.LEFT, HeaderState.DELIVERED, HeaderState.CLOSED, HeaderState.VOID])
_BOOKED: Final = _in(LIVE_STATES)
_OPEN_HAND_OVER: Final = _in([HandOverState.AWAITING_OWNER, HandOverState.DISPUTED])
OPEN_COMPLAINT: Final = f"c.id IN (SELECT t.customer_id FROM complaint t WHERE t.state <> '{ComplaintState.CLOSED}')"
OPEN_HAND_OVER: Final = f"c.id IN ({_people_of('hand_over', f't.state IN {_OPEN_HAND_OVER}')})"
IN_WORKSHOP: Final = f"c.id IN ({_people_of('repair_order', f't.state NOT IN {_ORDER_OVER}')})"
BOOKED: Final = f"c.id IN ({_people_of('appointment', f't.state IN {_BOOKED}')})"
"""SQL conditions for matters under way between the customer `c` and us; `contact_permission` reads the same as
facts."""

_DISTURBING: Final = (
    f"(k.outcome = {literals(ContactOutcome.SENT)} OR k.channel = {literals(Channel.PHONE)} "
    f"AND k.outcome <> {literals(ContactOutcome.WRONG_NUMBER)})"
)
CONTACTS_BY_HAND: Final = (
    "SELECT DISTINCT t.customer_id, (k.at AT TIME ZONE 'Asia/Shanghai')::date AS contacted_on "
    "FROM task_contact k JOIN task t ON t.id = k.task_id "
    f"WHERE {_DISTURBING} AND t.kind IN {_in(sorted(MARKETING - {TaskKind.CAMPAIGN}))}"
)
"""SQL for the marketing of staff by hand, once for a person and day; a caller adds `AND k.at …`. A message they sent in
their own chat counts, and a call that rang, answered or not; one to a wrong number rang with somebody else. The calls
of a campaign are not among them: the campaign itself counts."""

REASONS: Final[dict[Exclusion, Reason]] = {
    Exclusion.UNREACHED: Reason("", ""),
    Exclusion.GONE: Reason("车已卖或报废", "c.gone_reason <> ''"),
    Exclusion.OPTED_OUT: Reason("已退订", "c.marketing_stopped_at IS NOT NULL"),
    Exclusion.NO_CONSENT: Reason("未同意营销", "k.id IS NULL"),
    Exclusion.COMPLAINT: Reason("投诉处理中或刚投诉过", f"(c.complaint_until >= {{today}} OR {OPEN_COMPLAINT})"),
    Exclusion.HAND_OVER_OPEN: Reason("取车没确认", OPEN_HAND_OVER),
    Exclusion.IN_WORKSHOP: Reason("车在店里", IN_WORKSHOP),
    Exclusion.BOOKED: Reason("已有预约", BOOKED),
    # A visit without real work (a wash, a question) does not count as a visit in the customer's record, but the
    # customer was here nevertheless.
    Exclusion.RECENT_VISIT: Reason(
        "刚到店",
        "(c.last_visit_on >= {visit_on} OR c.id IN ("
        "SELECT t.customer_id FROM repair_order t WHERE t.opened_at >= {visit_at} AND t.voided_at IS NULL "
        "UNION ALL SELECT t.customer_id FROM repair_order t "
        "WHERE t.delivered_at >= {visit_at} AND t.voided_at IS NULL))",
    ),
    # Whoever a task waits for was chosen before that other group was drawn, where they count as contacted.
    Exclusion.HELD_OUT: Reason(
        "在别的活动的对照组",
        "c.id IN (SELECT h.customer_id FROM broadcast_recipient h JOIN broadcast b ON b.id = h.broadcast_id "
        f"WHERE h.cohort = {literals(Cohort.CONTROL)} AND b.frozen_at >= {{measured_at}} AND b.id <> {{besides}})",
        _BEFORE_THE_TASK,
    ),
    Exclusion.WEEKLY_CAP: Reason("近几天联系过", "contact.this_week >= {weekly_cap}", _BEFORE_THE_TASK),
    Exclusion.MONTHLY_CAP: Reason("近期联系满次数", "contact.this_month >= {monthly_cap}", _BEFORE_THE_TASK),
    # Whoever is quiet at some hours only is sent to at others (`broadcasts.putting_off`).
    Exclusion.ALWAYS_QUIET: Reason(
        "发送时段全在客户的免打扰里", always_quiet_sql("{windows}::int4multirange"), _BEFORE_THE_TASK
    ),
    # A member who left cannot confirm a task; its people are shown as stuck until they are handed over.
    Exclusion.STAFF_LEFT: Reason("员工离职", "NOT friend.is_active", _BEFORE_THE_TASK),
    Exclusion.DUPLICATE: Reason("同一人重复", "", _BEFORE_THE_TASK),
}


def windows_text(policy: ContactPolicy) -> str:
    """The hours for messages as PostgreSQL writes a multirange of minutes of the day."""
    return "{" + ",".join(f"[{minute_of(opens)},{minute_of(closes)})" for opens, closes in policy.message_windows) + "}"


def first_reason(moment: Moment, to: Parameters, besides_broadcast: int) -> str:
    """SQL expression for the code of the first reason that is checked at this moment and holds; '' if none holds.
    What the broadcast `besides_broadcast` itself did is no reason.
    """
    since = to.today - timedelta(days=to.contact.visit_days)
    tests = {one: reason.test for one, reason in REASONS.items() if reason.test and moment in reason.asked}
    known = (
        ("today", to.today, "date"),
        ("visit_on", since, "date"),
        ("weekly_cap", to.contact.weekly_cap, "int"),
        ("monthly_cap", to.contact.monthly_cap, "int"),
        ("visit_at", datetime.combine(since, time(), clock.SHANGHAI), "timestamptz"),
        ("measured_at", clock.at(to.today - WINDOW), "timestamptz"),
        ("besides", besides_broadcast, "bigint"),
        ("windows", windows_text(to.contact), "text"),
    )
    asked = "".join(tests.values())
    values = {name: to.add(value, kind) for name, value, kind in known if f"{{{name}}}" in asked}
    cases = [f"WHEN {test.format(**values)} THEN '{one.value}'" for one, test in tests.items()]
    return f"CASE {' '.join(cases)} ELSE '' END"
