"""How well a store keeps the time limits it promises to owners who complain."""

from datetime import date, timedelta

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.surveys.rules import UNRESOLVED, ComplaintPolicy
from foundation import clock, wall_clock
from foundation.reading import Query, literals, read_model


@read_model
class ComplaintFigures:
    """Of the complaints opened in some days: how many steps fell due or were taken, and how many of them in time.

    Each limit runs from the opening, so that a reopened complaint does not make the first answer look better.
    """

    opened: int
    answer_due: int
    answered_in_time: int
    plan_due: int
    planned_in_time: int
    resolve_due: int
    resolved_in_time: int
    reopened: int
    unresolved: int


def _due(step: str, hours: str) -> str:
    return f"count(*) FILTER (WHERE s.{step} IS NOT NULL OR k.opened_at + make_interval(hours => {hours}) < $4)"


def _kept(step: str, hours: str) -> str:
    return f"count(*) FILTER (WHERE s.{step} <= k.opened_at + make_interval(hours => {hours}))"


_FIGURES = Query(
    ComplaintFigures,
    f"""
    SELECT count(*) AS opened,
      {_due("acknowledged", "$5::int")} AS answer_due, {_kept("acknowledged", "$5::int")} AS answered_in_time,
      {_due("planned", "$6::int")} AS plan_due, {_kept("planned", "$6::int")} AS planned_in_time,
      {_due("resolved", "$7::int")} AS resolve_due, {_kept("resolved", "$7::int")} AS resolved_in_time,
      count(*) FILTER (WHERE k.reopened_at IS NOT NULL) AS reopened,
      count(*) FILTER (WHERE k.state IN ({literals(*UNRESOLVED)})) AS unresolved
    FROM complaint k CROSS JOIN LATERAL (
      SELECT min(t.at) FILTER (WHERE t.action = 'acknowledge') AS acknowledged,
             min(t.at) FILTER (WHERE t.action = 'plan') AS planned,
             min(t.at) FILTER (WHERE t.action = 'resolve') AS resolved
      FROM complaint_step t WHERE t.complaint_id = k.id
    ) s
    WHERE k.store_id = $1 AND k.opened_at >= $2 AND k.opened_at < $3::timestamptz
    """,
)


async def of_store(actor: Actor, store_id: int, since: date, until: date) -> ComplaintFigures:
    """The figures of the complaints opened from one day to another, both included."""
    authorise(actor, "surveys.read", subject(store_id=store_id))
    policy = await policy_of(ComplaintPolicy, store_id)
    figures = await _FIGURES.first(
        store_id,
        wall_clock.at(since),
        wall_clock.at(until + timedelta(days=1)),
        clock.now(),
        policy.answer_within_hours,
        policy.plan_within_hours,
        policy.resolve_within_hours,
    )
    assert figures is not None
    return figures
