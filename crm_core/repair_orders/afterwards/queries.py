"""What owners said about somebody's own work, and an owner's own complaints."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.policies.current import policy_of
from crm_core.surveys.rules import ComplaintPolicy, ComplaintState, SurveyState, complaint_due
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

RECENT: Final = timedelta(days=180)
"""How far back somebody reads about their own work: longer ago nobody remembers the car (house rule)."""
_MOST: Final = 100


@read_model
class FeedbackRow:
    """What an owner said of one visit, and what the reader did there; `outcome` is what a complaint came to."""

    repair_order_id: int
    number: str
    store: str
    series: str
    plate: str
    at: datetime
    score: int | None
    words: str
    was_advisor: bool
    jobs: list[str]
    was_inspector: bool
    complaint: ComplaintState | None
    outcome: str


_MINE: Final = Query(
    FeedbackRow,
    f"""
    SELECT o.id AS repair_order_id, o.number, st.short_name AS store, m.series, v.plate, said.at, said.score,
      coalesce(said.words, '') AS words, o.advisor_id = $1 AS was_advisor,
      ARRAY(SELECT l.name FROM repair_line l WHERE l.repair_order_id = o.id AND l.technician_id = $1 ORDER BY l.id)
        AS jobs,
      EXISTS (SELECT FROM quality_check q WHERE q.repair_order_id = o.id AND q.inspector_id = $1) AS was_inspector,
      k.state AS complaint,
      coalesce((SELECT t.note FROM complaint_step t WHERE t.complaint_id = k.id AND t.action = 'resolve'
                ORDER BY t.id DESC LIMIT 1), '') AS outcome
    FROM (
      SELECT s.repair_order_id, s.submitted_at AS at, s.score, s.answers ->> 'comment' AS words,
        (SELECT max(c.id) FROM complaint c WHERE c.about = 'survey:' || s.id) AS complaint_id
      FROM survey s WHERE s.state = {literals(SurveyState.SUBMITTED)} AND s.submitted_at >= $2
      UNION ALL
      SELECT c.repair_order_id, c.opened_at, NULL, c.body, c.id
      FROM complaint c WHERE c.opened_at >= $2 AND c.about NOT LIKE 'survey:%'
    ) said
    JOIN repair_order o ON o.id = said.repair_order_id JOIN store st ON st.id = o.store_id
    JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    LEFT JOIN complaint k ON k.id = said.complaint_id
    WHERE o.advisor_id = $1
      OR EXISTS (SELECT FROM repair_line l WHERE l.repair_order_id = o.id AND l.technician_id = $1)
      OR EXISTS (SELECT FROM quality_check q WHERE q.repair_order_id = o.id AND q.inspector_id = $1)
    ORDER BY said.at DESC, o.id DESC LIMIT {_MOST}
    """,
)


async def feedback_of_reader(actor: Actor) -> list[FeedbackRow]:
    """What owners said in the last half year about visits in which the reader did something, the newest first."""
    authorise(actor, "feedback.read_own", subject(staff_ids=[actor.id]))
    return await _MINE.all(actor.id, clock.now() - RECENT)


@read_model
class _OwnComplaint:
    id: int
    store_id: int
    store: str
    series: str
    plate: str
    repair_order_id: int | None
    body: str
    source: str
    state: ComplaintState
    opened_at: datetime
    reopened_at: datetime | None
    handled_by: str | None


@read_model
class OwnComplaint(_OwnComplaint):
    """A complaint as its owner sees it: who deals with it, and by when its next step is promised."""

    due_at: datetime | None


_OWN: Final = Query(
    _OwnComplaint,
    """
    SELECT c.id, c.store_id, st.short_name AS store, m.series, v.plate, c.repair_order_id, c.body, c.source, c.state,
      c.opened_at, c.reopened_at, s.name AS handled_by
    FROM complaint c JOIN store st ON st.id = c.store_id JOIN vehicle v ON v.id = c.vehicle_id
    JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN staff s ON s.id = c.acknowledged_by_id
    WHERE c.customer_id = $1 ORDER BY c.id DESC LIMIT 20
    """,
)


async def complaints_of_customer(actor: Actor, customer_id: int) -> list[OwnComplaint]:
    """The owner's complaints, the newest first, with the times promised to them."""
    authorise(actor, "complaints.read_own", owners_own(customer_id))
    rows = await _OWN.all(customer_id)
    policies = {row.store_id: await policy_of(ComplaintPolicy, row.store_id) for row in rows}
    return [
        derive(
            OwnComplaint,
            row,
            due_at=complaint_due(row.state, row.reopened_at or row.opened_at, policies[row.store_id]),
        )
        for row in rows
    ]
