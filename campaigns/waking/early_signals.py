"""早期信号: what an owner does before they stay away, each with its limits and its SQL about the customer `c`.

The limits are house rules after the trade's; dormancy judges whether somebody is gone, a signal only says that it may
come to that.
"""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from campaigns.sql import Parameters, asked_now
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.calendar import add_months
from crm_core.surveys.rules import SurveyState
from crm_core.tasks.rules import ContactOutcome
from foundation import clock, database
from foundation.reading import literals

OVERDUE_DAYS: Final = 30
QUIET_DAYS: Final = 90
ANSWER_DAYS: Final = 7
"""Whoever was reminded has so long to do anything."""
LATELY_DAYS: Final = 180
CANCELLED_TIMES: Final = 2
TICKET_PERCENT: Final = 60
"""A bill below this share of the average of the (up to three) before it has fallen."""
TICKET_MONTHS: Final = 36
SCORE_POINTS: Final = 2


class Signal(StrEnum):
    """What may be a sign that an owner will not come again."""

    OVERDUE = "OVERDUE"
    UNANSWERED = "UNANSWERED"
    QUIET = "QUIET"
    TICKET = "TICKET"
    SCORE = "SCORE"
    CANCELLED = "CANCELLED"
    DECLINED = "DECLINED"

    @property
    def label(self) -> str:
        """As pages and sentences say it."""
        return _LABELS[self]


_LABELS: Final = {
    Signal.OVERDUE: f"保养过期 {OVERDUE_DAYS} 天",
    Signal.UNANSWERED: "提醒过没回应",
    Signal.QUIET: f"{QUIET_DAYS} 天没有往来",
    Signal.TICKET: "消费下降",
    Signal.SCORE: "评分下降",
    Signal.CANCELLED: f"半年内取消或爽约 {CANCELLED_TIMES} 次",
    Signal.DECLINED: "半年内拒绝过增项",
}


def signal_where(signal: Signal, to: Parameters) -> str:
    """SQL condition for customers who show the signal; never NULL."""
    return _TESTS[signal](to)


async def shown_by(customer_id: int) -> list[Signal]:
    """The signals that one customer shows."""
    to = await asked_now()
    tests = ", ".join(f"{signal_where(signal, to)} AS {signal.value.lower()}" for signal in Signal)
    sql = f"SELECT {tests} FROM customer c WHERE c.id = {to.add(customer_id, 'bigint')}"
    row = await database.fetch_one(sql, *to.values)
    return [] if row is None else [signal for signal in Signal if row[signal.value.lower()]]


def _began(days: int, to: Parameters) -> str:
    return to.add(clock.at(to.today - timedelta(days=days)), "timestamptz")


def _overdue(to: Parameters) -> str:
    return f"((c.next_service_due_on < {to.add(to.today - timedelta(days=OVERDUE_DAYS), 'date')}) IS TRUE)"


def _unanswered(to: Parameters) -> str:
    since, until = _began(QUIET_DAYS, to), _began(ANSWER_DAYS, to)
    not_since = "coalesce(c.last_visit_on < ({0} AT TIME ZONE 'Asia/Shanghai')::date, true)"
    return (
        "(EXISTS (SELECT 1 FROM broadcast_recipient r WHERE r.customer_id = c.id "
        f"AND r.sent_at >= {since} AND r.sent_at < {until} AND {not_since.format('r.sent_at')} "
        "AND num_nonnulls(r.opened_at, r.claimed_at, r.booked_at, r.arrived_at) = 0) "
        "OR EXISTS (SELECT 1 FROM task t JOIN task_contact k ON k.task_id = t.id WHERE t.customer_id = c.id "
        f"AND k.outcome IN ({literals(ContactOutcome.NO_ANSWER, ContactOutcome.SENT)}) "
        f"AND k.at >= {since} AND k.at < {until} AND {not_since.format('k.at')}))"
    )


def _quiet(to: Parameters) -> str:
    since = _began(QUIET_DAYS, to)
    spoke = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} y WHERE y.customer_id = c.id AND y.{at} >= {since})"
        for table, at in (
            ("friendship", "last_chatted_at"),
            ("appointment", "created_at"),
            ("broadcast_recipient", "opened_at"),
            ("survey", "submitted_at"),
            ("repair_order", "opened_at"),
        )
    )
    day = to.add(to.today - timedelta(days=QUIET_DAYS), "date")
    return f"(c.created_at < {since} AND coalesce(c.last_visit_on < {day}, true) AND {spoke})"


def _ticket(to: Parameters) -> str:
    since = to.add(add_months(to.today, -TICKET_MONTHS), "date")
    return (
        "(EXISTS (SELECT 1 FROM (SELECT s.paid_fen, row_number() OVER (ORDER BY s.visited_on DESC, s.id DESC) AS n "
        "FROM service_visit s WHERE s.customer_id = c.id AND s.is_real_work AND s.paid_fen > 0 "
        f"AND s.visited_on > {since}) x HAVING count(*) >= 3 AND max(x.paid_fen) FILTER (WHERE x.n = 1) * 100 "
        f"< {to.add(TICKET_PERCENT, 'int')} * avg(x.paid_fen) FILTER (WHERE x.n BETWEEN 2 AND 4)))"
    )


def _score(to: Parameters) -> str:
    return (
        "(EXISTS (SELECT 1 FROM (SELECT s.score, row_number() OVER (ORDER BY s.submitted_at DESC, s.id DESC) AS n "
        f"FROM survey s WHERE s.customer_id = c.id AND s.state = {literals(SurveyState.SUBMITTED)}) x "
        f"HAVING max(x.score) FILTER (WHERE x.n = 1) <= max(x.score) FILTER (WHERE x.n = 2) "
        f"- {to.add(SCORE_POINTS, 'int')}))"
    )


def _cancelled(to: Parameters) -> str:
    return (
        "((SELECT count(*) FROM appointment a WHERE a.customer_id = c.id "
        f"AND a.state IN ({literals(AppointmentState.CANCELLED, AppointmentState.NO_SHOW)}) "
        f"AND a.starts_at >= {_began(LATELY_DAYS, to)}) >= {to.add(CANCELLED_TIMES, 'bigint')})"
    )


def _declined(to: Parameters) -> str:
    return (
        "(EXISTS (SELECT 1 FROM declined_work w WHERE w.customer_id = c.id "
        f"AND w.declined_at >= {_began(LATELY_DAYS, to)}))"
    )


_TESTS: Final[dict[Signal, Callable[[Parameters], str]]] = {
    Signal.OVERDUE: _overdue,
    Signal.UNANSWERED: _unanswered,
    Signal.QUIET: _quiet,
    Signal.TICKET: _ticket,
    Signal.SCORE: _score,
    Signal.CANCELLED: _cancelled,
    Signal.DECLINED: _declined,
}
