"""Surveys and complaints for screens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, is_allowed, owners_own, subject
from crm_core.policies.current import policy_of
from crm_core.surveys import rules
from crm_core.surveys.errors import ComplaintNotFound
from crm_core.surveys.rules import ComplaintState, SurveyState
from foundation import database
from foundation.moves import allowed_actions
from foundation.reading import literals


async def open_for(actor: Actor, customer_id: int) -> list[dict[str, Any]]:
    """Surveys an owner may answer now."""
    authorize(actor, "surveys.answer", owners_own(customer_id))
    return await database.fetch(
        "SELECT id, repair_order_id FROM survey WHERE customer_id = $1 "
        f"  AND state IN ({literals(SurveyState.SENT, SurveyState.OPENED)}) "
        "ORDER BY id DESC LIMIT 10",
        customer_id,
    )


async def names(survey_id: int) -> dict[str, Any]:
    """The store and the car a survey is about."""
    row = await database.fetch_one(
        "SELECT st.short_name AS store, v.plate, m.series FROM survey s JOIN store st ON st.id = s.store_id "
        "JOIN vehicle v ON v.id = s.vehicle_id JOIN vehicle_model m ON m.id = v.model_id WHERE s.id = $1",
        survey_id,
    )
    assert row is not None
    return row


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint as staff read it; masks come on at the door."""

    id: int
    about: str
    source: str
    store: str
    customer_id: int
    customer_name: str
    phone: str | None
    plate: str
    series: str
    repair_order_id: int | None
    advisor: str | None
    body: str
    state: str
    opened_at: datetime
    reopened_at: datetime | None
    due_at: datetime | None
    """Until when the next step is promised; None when nobody promised one."""
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    may: frozenset[str]
    """What this reader may do now: `acknowledge`, `plan`, `resolve`, `verify`; nothing where it is about their work."""
    version: int


@dataclass(frozen=True)
class Step:
    """What was done, in whose words; `by` is None for what the owner brought about."""

    action: str
    by: str | None
    note: str
    at: datetime


_COMPLAINT = """
SELECT c.id, c.about, c.source, st.short_name AS store, c.store_id, c.customer_id, cu.name AS customer_name, cu.phone,
  v.plate, m.series, c.repair_order_id, c.advisor_id, a.name AS advisor, c.body, c.state, c.opened_at, c.reopened_at,
  c.acknowledged_at, s.name AS acknowledged_by, c.version
FROM complaint c JOIN customer cu ON cu.id = c.customer_id JOIN store st ON st.id = c.store_id
JOIN vehicle v ON v.id = c.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN staff a ON a.id = c.advisor_id LEFT JOIN staff s ON s.id = c.acknowledged_by_id
"""


async def complaints_of_store(actor: Actor, store_id: int) -> list[ComplaintRow]:
    """A store's complaints: those without an answer first, the closed ones last."""
    authorize(actor, "surveys.read", subject(store_id=store_id))
    rows = await database.fetch(
        f"{_COMPLAINT} WHERE c.store_id = $1 "
        f"ORDER BY c.state = {literals(ComplaintState.CLOSED)}, c.state = {literals(ComplaintState.OPEN)} DESC, "
        "  c.id DESC LIMIT 200",
        store_id,
    )
    policy = await policy_of(rules.ComplaintPolicy, store_id)
    return [_complaint(actor, row, policy) for row in rows]


async def complaint(actor: Actor, complaint_id: int) -> ComplaintRow:
    """One complaint.

    Raises:
        ComplaintNotFound: there is none.
        NotAllowed: of a store whose complaints the actor does not read.
    """
    row = await database.fetch_one(f"{_COMPLAINT} WHERE c.id = $1", complaint_id)
    if row is None:
        raise ComplaintNotFound
    authorize(actor, "surveys.read", subject(store_id=row["store_id"]))
    return _complaint(actor, row, await policy_of(rules.ComplaintPolicy, row["store_id"]))


async def steps(complaint_id: int) -> list[Step]:
    """The complaint's history, the oldest first; the caller has checked that the reader may see it."""
    rows = await database.fetch(
        "SELECT c.action, s.name AS by, c.note, c.at FROM complaint_step c LEFT JOIN staff s ON s.id = c.staff_id "
        "WHERE c.complaint_id = $1 ORDER BY c.id",
        complaint_id,
    )
    return [Step(**row) for row in rows]


_NEEDS: Final = {
    "acknowledge": "complaints.acknowledge",
    "plan": "complaints.resolve",
    "resolve": "complaints.resolve",
    "verify": "complaints.verify",
}


def _complaint(actor: Actor, row: dict[str, Any], policy: rules.ComplaintPolicy) -> ComplaintRow:
    state, on = ComplaintState(row["state"]), subject(store_id=row.pop("store_id"))
    is_their_own = row.pop("advisor_id") == actor.id
    may = [
        action
        for action in allowed_actions(rules.COMPLAINT_MOVES, state)
        if action in _NEEDS and is_allowed(actor, _NEEDS[action], on) and not is_their_own
    ]
    due_at = rules.complaint_due(state, row["reopened_at"] or row["opened_at"], policy)
    return ComplaintRow(**row, due_at=due_at, may=frozenset(may))
