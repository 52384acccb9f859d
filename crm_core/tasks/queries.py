"""Call sheets for screens: every open task of a customer on one, the most worthwhile customer first."""

from collections import defaultdict
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, is_allowed, may_ever, subject
from crm_core.tasks.errors import StoreNotNamed, TaskNotFound
from crm_core.tasks.rules import MARKETING, OPEN, WAITING, Channel, ContactOutcome, TaskKind, TaskState, priority_sql
from foundation import clock
from foundation.errors import NotAllowed
from foundation.reading import Query, literals, read_model

SHEETS: Final = 50
"""Sheets of one page."""


class Whose(StrEnum):
    """Whose sheets are asked for."""

    MINE = "MINE"
    STORE = "STORE"
    NOBODY = "NOBODY"


@read_model
class SheetTask:
    """One reason to contact the customer."""

    customer_id: int
    id: int
    kind: TaskKind
    label: str
    state: TaskState
    vehicle_id: int | None
    series: str
    plate: str
    due_on: date
    reason: str
    next_on: date | None
    store_id: int
    assignee_id: int | None
    assignee: str | None
    is_overdue: bool
    is_marketing: bool
    tried: int
    version: int


@read_model
class CustomerSheet:
    """One customer with the tasks that wait; `priority` is value times urgency of the most pressing one."""

    customer_id: int
    customer_name: str
    phone: str | None
    store_id: int
    priority: int
    next_on: date | None
    tasks: list[SheetTask]


@read_model
class SheetPage:
    """Some sheets, how many there are in all, and the cursor of the next page.

    `choices` is whose sheets of the named store the reader may ask for.
    """

    items: list[CustomerSheet]
    total: int
    next_cursor: str | None
    choices: list[Whose]


@read_model
class Contacted:
    """A contact made for one of the tasks."""

    at: datetime
    by: str
    channel: Channel
    outcome: ContactOutcome
    outcome_words: str
    note: str
    what: str
    next_on: date | None


@read_model
class Ended:
    """A task that is over."""

    id: int
    label: str
    state: TaskState
    ended_at: datetime
    because: str


@read_model
class SheetHistory:
    """What was done for a customer so far, newest first."""

    contacts: list[Contacted]
    ended: list[Ended]


@read_model
class _Head:
    customer_id: int
    customer_name: str
    phone: str | None
    store_id: int
    priority: int
    next_on: date | None
    total: int


@read_model
class TaskCount:
    """How many customers are to be contacted by today, and how many of them are late."""

    total: int
    overdue: int


@read_model
class CardLine:
    """One line of the morning's card."""

    customer_name: str
    series: str
    label: str
    due_on: date


_LABELS: Final = "CASE t.kind " + " ".join(f"WHEN '{kind.value}' THEN '{kind.label}'" for kind in TaskKind) + " END"
_OUTCOMES: Final = (
    "CASE k.outcome " + " ".join(f"WHEN '{each.value}' THEN '{each.label}'" for each in ContactOutcome) + " END"
)
_PRIORITY: Final = priority_sql("c.spend_24_months_fen", "t.due_on", "$2::date")
_DUE: Final = f"t.state IN ({literals(*WAITING)}) AND ($3::date IS NULL OR t.next_on <= $3::date)"
_KIND: Final = "($4::text IS NULL OR t.kind = $4)"
_SCOPES: Final = {
    Whose.MINE: "t.assignee_id = ANY($1::bigint[])",
    Whose.STORE: "t.store_id = ANY($1::bigint[])",
    Whose.NOBODY: "t.store_id = ANY($1::bigint[]) AND t.assignee_id IS NULL",
}
_HEADS: Final = {
    whose: Query(
        _Head,
        f"""
        SELECT s.customer_id, c.name AS customer_name, c.phone, s.store_id, s.priority, s.next_on,
          (count(*) OVER ())::int AS total
        FROM (
            SELECT t.customer_id, min(t.store_id) AS store_id, max({_PRIORITY}) AS priority, min(t.next_on) AS next_on
            FROM task t JOIN customer c ON c.id = t.customer_id WHERE {scope} AND {_DUE} AND {_KIND}
            GROUP BY t.customer_id
        ) s JOIN customer c ON c.id = s.customer_id
        ORDER BY s.priority DESC, s.next_on, s.customer_id LIMIT {SHEETS} OFFSET $5
        """,
    )
    for whose, scope in _SCOPES.items()
}
_TASK: Final = f"""
SELECT t.customer_id, t.id, t.kind, {_LABELS} AS label, t.state, t.vehicle_id, coalesce(m.series, '') AS series,
  coalesce(v.plate, '') AS plate, t.due_on, t.reason, t.next_on, t.store_id, t.assignee_id, a.name AS assignee,
  coalesce(t.next_on < $2::date, false) AS is_overdue, t.kind IN ({literals(*sorted(MARKETING))}) AS is_marketing,
  (SELECT count(*) FROM task_contact k WHERE k.task_id = t.id)::int AS tried, t.version
FROM task t LEFT JOIN vehicle v ON v.id = t.vehicle_id LEFT JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN staff a ON a.id = t.assignee_id
"""
_TASKS = Query(
    SheetTask,
    f"{_TASK} WHERE t.customer_id = ANY($1::bigint[]) AND t.state IN ({literals(*OPEN)}) "
    "ORDER BY t.next_on NULLS LAST, t.due_on, t.id",
)
_CONTACTS = Query(
    Contacted,
    f"""
    SELECT k.at, s.name AS by, k.channel, k.outcome, {_OUTCOMES} AS outcome_words, k.note, {_LABELS} AS what, k.next_on
    FROM task_contact k JOIN task t ON t.id = k.task_id JOIN staff s ON s.id = k.staff_id
    WHERE t.customer_id = $1 ORDER BY k.id DESC LIMIT 50
    """,
)
_ENDED = Query(
    Ended,
    f"SELECT t.id, {_LABELS} AS label, t.state, t.ended_at, t.ended_because AS because FROM task t "
    f"WHERE t.customer_id = $1 AND t.ended_at IS NOT NULL ORDER BY t.ended_at DESC, t.id DESC LIMIT 20",
)
_HEAD_OF = Query(
    _Head,
    f"""
    SELECT c.id AS customer_id, c.name AS customer_name, c.phone, min(t.store_id) AS store_id,
      max({_PRIORITY}) AS priority, min(t.next_on) AS next_on, 1 AS total
    FROM task t JOIN customer c ON c.id = t.customer_id
    WHERE t.customer_id = $1 AND t.state IN ({literals(*OPEN)}) GROUP BY c.id
    """,
)
_COUNT = Query(
    TaskCount,
    f"""
    SELECT count(DISTINCT t.customer_id)::int AS total,
      (count(DISTINCT t.customer_id) FILTER (WHERE t.next_on < $2::date))::int AS overdue
    FROM task t WHERE t.assignee_id = $1 AND t.state IN ({literals(*WAITING)}) AND t.next_on <= $2::date
    """,
)
_FIRST = Query(
    CardLine,
    f"""
    SELECT c.name AS customer_name, coalesce(m.series, '') AS series, {_LABELS} AS label, t.due_on
    FROM task t JOIN customer c ON c.id = t.customer_id
    LEFT JOIN vehicle v ON v.id = t.vehicle_id LEFT JOIN vehicle_model m ON m.id = v.model_id
    WHERE t.assignee_id = $1 AND t.state IN ({literals(*WAITING)}) AND t.next_on <= $2::date
    ORDER BY {_PRIORITY} DESC, t.next_on, t.id LIMIT 4
    """,
)


async def of_reader(
    actor: Actor,
    whose: Whose,
    store_id: int | None,
    *,
    kind: TaskKind | None = None,
    all_days: bool = False,
    cursor: str | None = None,
) -> SheetPage:
    """The call sheets of the reader, of a store, or of nobody yet; by default those that are due by today.

    Raises:
        StoreNotNamed: not the reader's own are asked for, and of no store.
        NotAllowed: the actor may not see everybody's tasks in this store.
    """
    today, offset = clock.today(), int(cursor or 0)
    if actor.kind != "staff" or not may_ever(actor, "tasks.read"):
        raise NotAllowed
    if whose is Whose.MINE:
        scope = sorted(actor.stands_in_for | {actor.id})
    elif store_id is None:
        raise StoreNotNamed
    else:
        authorise(actor, "tasks.read", subject(store_id=store_id))
        scope = [store_id]
    until = None if all_days else today
    heads = await _HEADS[whose].all(scope, today, until, kind.value if kind else None, offset)
    tasks = await _of_customers([head.customer_id for head in heads])
    sheets = [
        CustomerSheet(
            head.customer_id,
            head.customer_name,
            head.phone,
            head.store_id,
            head.priority,
            head.next_on,
            [task for task in tasks[head.customer_id] if _may_see(actor, task)],
        )
        for head in heads
    ]
    total = heads[0].total if heads else 0
    return SheetPage(
        sheets, total, str(offset + SHEETS) if offset + SHEETS < total else None, _choices(actor, store_id)
    )


def _choices(actor: Actor, store_id: int | None) -> list[Whose]:
    """Their own; and of a store whose tasks they may all see, every sheet and those of nobody."""
    sees_all = store_id is not None and is_allowed(actor, "tasks.read", subject(store_id=store_id))
    return list(Whose) if sees_all else [Whose.MINE]


async def one(actor: Actor, customer_id: int) -> CustomerSheet:
    """The open tasks of one customer that the actor may see.

    Raises:
        TaskNotFound: there are none.
        NotAllowed: none of them is the actor's to see.
    """
    head = await _HEAD_OF.first(customer_id, clock.today())
    tasks = (await _of_customers([customer_id]))[customer_id]
    if head is None or not tasks:
        raise TaskNotFound
    stores, holders = {task.store_id for task in tasks}, [task.assignee_id for task in tasks]
    if len(stores) == 1:
        authorise(actor, "tasks.read", subject(store_id=tasks[0].store_id, staff_ids=holders))
    found = [task for task in tasks if _may_see(actor, task)]
    if not found:
        raise NotAllowed(action="tasks.read")
    return CustomerSheet(
        customer_id, head.customer_name, head.phone, found[0].store_id, head.priority, head.next_on, found
    )


async def history(actor: Actor, customer_id: int) -> SheetHistory:
    """What was done for a customer on whose sheet the actor works.

    Raises:
        TaskNotFound, NotAllowed: as `one`.
    """
    await one(actor, customer_id)
    return SheetHistory(await _CONTACTS.all(customer_id), await _ENDED.all(customer_id))


async def due_today(staff_id: int) -> TaskCount:
    """How many customers a member has to contact by today."""
    found = await _COUNT.first(staff_id, clock.today())
    assert found is not None
    return found


async def first_of(staff_id: int) -> list[CardLine]:
    """The first lines of a member's list, for the card of the morning."""
    return await _FIRST.all(staff_id, clock.today())


def _may_see(actor: Actor, task: SheetTask) -> bool:
    return is_allowed(actor, "tasks.read", _subject(task))


def _subject(task: SheetTask) -> Subject:
    return subject(store_id=task.store_id, staff_ids=[task.assignee_id])


async def _of_customers(customer_ids: list[int]) -> defaultdict[int, list[SheetTask]]:
    found: defaultdict[int, list[SheetTask]] = defaultdict(list)
    for task in await _TASKS.all(customer_ids, clock.today()):
        found[task.customer_id].append(task)
    return found
