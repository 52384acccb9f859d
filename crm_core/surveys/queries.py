"""Surveys and complaints for screens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, owners_own, subject
from crm_core.policies.current import policy_of
from crm_core.surveys import rules
from crm_core.surveys.errors import ComplaintNotFound
from crm_core.surveys.rules import ComplaintsShown, ComplaintState, SurveyState
from foundation import clock
from foundation.moves import allowed_actions
from foundation.reading import Query, derive, literals, read_model

_PAGE: Final = 100


@read_model
class OpenSurvey:
    """A survey that may be answered now."""

    id: int
    repair_order_id: int


@read_model
class OwnSurvey:
    """A survey with the store and the car it is about; `answered_at` is set once it was answered."""

    id: int
    repair_order_id: int
    store: str
    plate: str
    series: str
    state: SurveyState
    expires_at: datetime | None
    answered_at: datetime | None


_OPEN = Query(
    OpenSurvey,
    f"""
    SELECT id, repair_order_id FROM survey
    WHERE customer_id = $1 AND state IN ({literals(SurveyState.SENT, SurveyState.OPENED)}) ORDER BY id DESC LIMIT 10
    """,
)
_OWN = Query(
    OwnSurvey,
    "SELECT s.id, s.repair_order_id, st.short_name AS store, v.plate, m.series, s.state, s.expires_at, "
    "  s.submitted_at AS answered_at FROM survey s JOIN store st ON st.id = s.store_id "
    "JOIN vehicle v ON v.id = s.vehicle_id JOIN vehicle_model m ON m.id = v.model_id WHERE s.id = $1",
)


async def open_of_customer(actor: Actor, customer_id: int) -> list[OpenSurvey]:
    """Surveys an owner may answer now."""
    authorise(actor, "surveys.answer", owners_own(customer_id))
    return await _OPEN.all(customer_id)


async def shown(survey_id: int) -> OwnSurvey:
    """A survey as its page shows it; the caller has checked that the reader may see it (`answering`)."""
    found = await _OWN.first(survey_id)
    assert found is not None
    return found


Step = Literal["acknowledge", "plan", "resolve", "verify"]


@read_model
class _Complaint:
    """A complaint, unmasked."""

    id: int
    about: str
    source: str
    store_id: int
    store: str
    customer_id: int
    customer_name: str
    phone: str | None
    plate: str
    series: str
    repair_order_id: int | None
    advisor: str | None
    body: str
    photo_keys: list[str]
    state: ComplaintState
    opened_at: datetime
    reopened_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    version: int


@read_model
class _ComplaintOfStore(_Complaint):
    """A complaint with the columns from which permissions follow."""

    advisor_id: int | None


@read_model
class ComplaintRow(_Complaint):
    """A complaint. Its next step is promised by `due_at`; `may` lists what the reader may do to it now."""

    due_at: datetime | None
    may: list[Step]


@read_model
class ComplaintList:
    """Some of a store's complaints; `next_cursor` is null on the last page."""

    items: list[ComplaintRow]
    next_cursor: str | None


@read_model
class StepTaken:
    """A step in the history of a complaint; `by` is null if the owner caused it."""

    action: str
    by: str | None
    note: str
    at: datetime


_COMPLAINT = """
SELECT c.id, c.about, c.source, st.short_name AS store, c.store_id, c.customer_id, cu.name AS customer_name, cu.phone,
       v.plate, m.series, c.repair_order_id, c.advisor_id, a.name AS advisor, c.body,
       c.photos AS photo_keys, c.state, c.opened_at,
       c.reopened_at, c.acknowledged_at, s.name AS acknowledged_by, c.version
FROM complaint c JOIN customer cu ON cu.id = c.customer_id JOIN store st ON st.id = c.store_id
JOIN vehicle v ON v.id = c.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN staff a ON a.id = c.advisor_id LEFT JOIN staff s ON s.id = c.acknowledged_by_id
"""
_ONE_COMPLAINT = Query(_ComplaintOfStore, f"{_COMPLAINT} WHERE c.id = $1")
_UNSETTLED = Query(
    _ComplaintOfStore,
    f"""
    {_COMPLAINT} WHERE c.store_id = $1 AND c.state <> {literals(ComplaintState.CLOSED)}
    ORDER BY c.state = {literals(ComplaintState.OPEN)} DESC, coalesce(c.reopened_at, c.opened_at), c.id
    """,
)
_CLOSED = Query(
    _ComplaintOfStore,
    f"""
    {_COMPLAINT} WHERE c.store_id = $1 AND c.state = {literals(ComplaintState.CLOSED)}
      AND ($2::bigint IS NULL OR c.id < $2)
    ORDER BY c.id DESC LIMIT {_PAGE + 1}
    """,
)
_STEPS = Query(
    StepTaken,
    "SELECT c.action, s.name AS by, c.note, c.at FROM complaint_step c LEFT JOIN staff s ON s.id = c.staff_id "
    "WHERE c.complaint_id = $1 ORDER BY c.id",
)


async def complaints_of_store(
    actor: Actor, store_id: int, shown: ComplaintsShown = ComplaintsShown.UNSETTLED, *, cursor: str | None = None
) -> ComplaintList:
    """A store's complaints: the unsettled ones all at once, those that nobody took up first; the closed ones page by
    page, the newest first.
    """
    authorise(actor, "surveys.read", subject(store_id=store_id))
    policy = await policy_of(rules.ComplaintPolicy, store_id)
    if shown is ComplaintsShown.CLOSED:
        found = await _CLOSED.all(store_id, int(cursor) if cursor else None)
        more = str(found[_PAGE - 1].id) if len(found) > _PAGE else None
        return ComplaintList([_for_reader(actor, row, policy) for row in found[:_PAGE]], more)
    rows = [_for_reader(actor, row, policy) for row in await _UNSETTLED.all(store_id)]
    if shown is ComplaintsShown.LATE:
        rows = [row for row in rows if row.due_at is not None and row.due_at < clock.now()]
    return ComplaintList(rows, None)


async def complaint(actor: Actor, complaint_id: int) -> ComplaintRow:
    """One complaint.

    Raises:
        ComplaintNotFound: there is none.
        NotAllowed: the actor may not read complaints of its store.
    """
    found = shown_to(actor, "surveys.read", await _ONE_COMPLAINT.first(complaint_id), ComplaintNotFound)
    return _for_reader(actor, found, await policy_of(rules.ComplaintPolicy, found.store_id))


async def steps(complaint_id: int) -> list[StepTaken]:
    """The complaint's history, the oldest first; the caller has checked that the reader may see it."""
    return await _STEPS.all(complaint_id)


_NEEDS: Final[Mapping[Step, str]] = {
    "acknowledge": "complaints.acknowledge",
    "plan": "complaints.resolve",
    "resolve": "complaints.resolve",
    "verify": "complaints.verify",
}


def _for_reader(actor: Actor, row: _ComplaintOfStore, policy: rules.ComplaintPolicy) -> ComplaintRow:
    """The complaint with what the reader may do, which is nothing if it is about their own work."""
    on = subject(store_id=row.store_id)
    steps_now = allowed_actions(rules.COMPLAINT_MOVES, row.state) if row.advisor_id != actor.id else []
    return derive(
        ComplaintRow,
        row,
        due_at=rules.complaint_due(row.state, row.reopened_at or row.opened_at, policy),
        may=[step for step, act in _NEEDS.items() if step in steps_now and is_allowed(actor, act, on)],
    )


@read_model
class Care:
    """Who handles a complaint, and by when its next step is due; both None if there is no complaint."""

    handled_by: str | None
    answer_by: datetime | None


@read_model
class _Begun:
    state: ComplaintState
    store_id: int
    opened_at: datetime
    reopened_at: datetime | None
    handled_by: str | None


_BEGUN = Query(
    _Begun,
    """
    SELECT c.state, c.store_id, c.opened_at, c.reopened_at, s.name AS handled_by
    FROM complaint c LEFT JOIN staff s ON s.id = c.acknowledged_by_id WHERE c.about = $1
    """,
)


async def care_of(about: str) -> Care:
    """Who handles the complaint about a thing, for example `hand_over:5`; the caller has checked that the reader may
    see that thing.
    """
    begun = await _BEGUN.first(about)
    if begun is None:
        return Care(None, None)
    policy = await policy_of(rules.ComplaintPolicy, begun.store_id)
    return Care(begun.handled_by, rules.complaint_due(begun.state, begun.reopened_at or begun.opened_at, policy))
