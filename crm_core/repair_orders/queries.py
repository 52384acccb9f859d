"""What the owner sees of their repair orders: their visits, and the progress page of one."""

from datetime import datetime
from typing import Final

from crm_core.authorised_persons.rules import is_within
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.order import who_sees
from crm_core.repair_orders.photos import IS_VIDEO, MediaKind, OwnerPhoto
from crm_core.repair_orders.reader_view import (
    ALL_JOBS,
    ASKED,
    COMING,
    DONE_JOBS,
    IS_FINISHED,
    IS_OVER,
    JOBS,
    SENTENCE,
    TITLE,
    WAITING_FOR_OWNER,
)
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.repair_orders.sums import HAS_AUTHORITY, IS_OWNER, OWNERS_FEN, READER, SEES_SUMS, who_must_decide
from crm_core.vehicles.bindings import in_force
from foundation import clock, database
from foundation.media_links import sign_fields
from foundation.reading import JsonQuery, Query, as_json, derive, listed, literals, read_model


@read_model
class OwnerVisitRow:
    """A visit in the owner's list; `waiting_for_owner` is inspection, estimate, extra, bill or delivery."""

    id: int
    number: str
    state: HeaderState
    title: str
    is_finished: bool
    is_stopped: bool
    standing: str | None
    store: str
    series: str
    plate: str
    vehicle_id: int
    mileage_km: int
    opened_at: datetime
    promised_at: datetime | None
    ready_at: datetime | None
    delivered_at: datetime | None
    paid_fen: int | None
    waiting_for_owner: str | None
    decide_by: datetime | None
    doing: str | None
    done: int
    total: int


@read_model
class Doing:
    """The job somebody works on now."""

    line: str
    technician: str
    bay: str | None
    started_at: datetime


@read_model
class Node:
    """Something the owner is told of."""

    number: int
    node: str
    at: datetime
    kind: str
    sentence: str
    by: str
    photos: list[OwnerPhoto]


@read_model
class Allowance:
    """What an authorised person may agree to within this order, and what of it they did agree to."""

    limit_fen: int
    used_fen: int


@read_model
class _Part:
    is_owner: bool
    sees_sums: bool
    allowance: Allowance | None


@read_model
class ReadersPart(_Part):
    """What the reader of a paper may do with it, as `Progress` says of an order. `refusal` says who decides if they do
    not; it is null for whoever does.
    """

    refusal: str | None

    def may_agree(self, asked_fen: int) -> bool:
        """Whether they may agree to `asked_fen` more of this order."""
        if self.is_owner or self.allowance is None:
            return self.is_owner
        return is_within(self.allowance.limit_fen, self.allowance.used_fen, asked_fen)

    @property
    def left_fen(self) -> int | None:
        """How much more of this order they may agree to; None where nobody set them a limit."""
        if self.is_owner or self.allowance is None:
            return None if self.is_owner else 0
        return max(self.allowance.limit_fen - self.allowance.used_fen, 0)


@read_model
class Progress:
    """The progress page: promise, work, and what happened, the newest first; `waiting_for_owner` as in the list.

    `is_owner` decides everything; `allowance` is what anybody else decides in the owner's name, null for family.
    Without `sees_sums` the sentences have stars for sums, and the papers with prices are refused.

    `coming` names the jobs and steps still to come, in order. After `is_finished` nothing is promised any more, and
    after `is_over` there is nothing to be told of or to share.
    `delay_minutes` is how far the promise has moved, `notices_left` how often WeChat lets us write,
    `last_number` the event a live page goes on from.
    """

    id: int
    number: str
    store: str
    store_phone: str
    series: str
    plate: str
    vehicle_id: int
    state: HeaderState
    title: str
    is_finished: bool
    is_over: bool
    standing: str | None
    mileage_km: int
    opened_at: datetime
    promised_at: datetime | None
    first_promised_at: datetime | None
    delay_reason: str | None
    delay_minutes: int
    done: int
    total: int
    doing: Doing | None
    coming: list[str]
    nodes: list[Node]
    advisor: str
    notices_left: int
    is_owner: bool
    sees_sums: bool
    allowance: Allowance | None
    waiting_for_owner: str | None
    additional_work_id: int | None
    last_number: int
    version: int


@read_model
class ReadableOrder:
    """An order that the reader may see: whose it is, and who looks after it."""

    id: int
    store_id: int
    customer_id: int
    vehicle_id: int
    advisor_id: int
    opened_at: datetime
    delivered_at: datetime | None
    voided_at: datetime | None


_READABLE: Final = Query(
    ReadableOrder,
    """
    SELECT id, store_id, customer_id, vehicle_id, advisor_id, opened_at, delivered_at, voided_at
    FROM repair_order WHERE id = $1
    """,
)
_WORKING: Final = literals(LineState.WORKING)
MAY_SEE: Final = f"""
{in_force("bound", "$3")}
AND ((r.delivered_at IS NULL AND r.voided_at IS NULL) OR r.customer_id = $2 OR bound.bound_at <= r.opened_at)
"""
"""For a statement with `READER`: bound to the car while it is here, or when it came, since a new owner does not see the
old one's visits.
"""
_DOING_NOW: Final = as_json(Doing, "", line="l.name", technician="t.name", bay="y.name", started_at="e.started_at")
_PHOTO: Final = as_json(
    OwnerPhoto,
    "p",
    url="p->>'key'",
    label="p->>'label'",
    kind=f"CASE WHEN {IS_VIDEO} THEN {literals(MediaKind.VIDEO)} ELSE {literals(MediaKind.PHOTO)} END",
    poster_url=f"CASE WHEN {IS_VIDEO} THEN replace(p->>'key', '.mp4', '.jpg') END",
)
_PHOTOS: Final = f"""
CASE WHEN e.media = '[]' THEN '[]' ELSE (SELECT json_agg({_PHOTO}) FROM jsonb_array_elements(e.media) p) END
"""
_USED: Final = f"""
(SELECT coalesce(sum({OWNERS_FEN}), 0)::bigint FROM repair_line l WHERE l.repair_order_id = r.id
 AND l.decided_under_id = a.id AND l.authorised_fen IS NOT NULL)
"""
_ALLOWANCE: Final = f"CASE WHEN {HAS_AUTHORITY} THEN {as_json(Allowance, 'a', used_fen=_USED)} END"
_PART: Final = Query(
    _Part,
    f"""
    SELECT {IS_OWNER} AS is_owner, {SEES_SUMS} AS sees_sums, {_ALLOWANCE} AS allowance
    FROM repair_order r {READER} WHERE r.id = $1
    """,
)
_PAGE = as_json(
    Progress,
    "r",
    store="s.short_name",
    store_phone="s.phone",
    series="(SELECT m.series FROM vehicle_model m WHERE m.id = v.model_id)",
    plate="v.plate",
    title=TITLE,
    is_finished=IS_FINISHED,
    is_over=IS_OVER,
    standing="nullif(r.standing, '')",
    promised_at="r.promised_finish_at",
    delay_reason="nullif(r.promise_reason, '')",
    delay_minutes="coalesce(round(extract(epoch FROM r.promised_finish_at - r.first_promised_at) / 60), 0)::int",
    done="jobs.done",
    total="jobs.total",
    doing=f"""(SELECT {_DOING_NOW} FROM repair_line l JOIN staff t ON t.id = l.technician_id
               LEFT JOIN bay y ON y.id = l.bay_id JOIN time_entry e ON e.line_id = l.id AND e.ended_at IS NULL
               WHERE l.repair_order_id = r.id AND l.state IN ({_WORKING}) ORDER BY e.started_at DESC LIMIT 1)""",
    coming=COMING,
    nodes=f"""(SELECT {listed(Node, "e", order="e.number DESC", sentence=SENTENCE, by="e.actor_name", photos=_PHOTOS)}
               FROM repair_event e WHERE e.repair_order_id = r.id AND e.owner_text <> '')""",
    advisor="(SELECT t.name FROM staff t WHERE t.id = r.advisor_id)",
    notices_left="""coalesce((SELECT q.remaining FROM subscribe_allowance q
                              WHERE q.openid = $4 AND q.template = 'repair_progress'), 0)""",
    is_owner=IS_OWNER,
    sees_sums=SEES_SUMS,
    allowance=_ALLOWANCE,
    waiting_for_owner=WAITING_FOR_OWNER,
    additional_work_id="asked.id",
    last_number="r.last_event_no",
)
# The owner's most read page: one statement, answered as it comes. PostgreSQL spends half of its time on starting the
# plan, where each part costs something, read or not. So what several fields need is joined once, and a name that one
# field needs is looked up where it stands, because a join would hand on all columns of the order.
_PROGRESS = JsonQuery(
    Progress,
    f"""
SELECT {_PAGE}::text
FROM repair_order r {READER} {JOBS} {ASKED}
JOIN store s ON s.id = r.store_id JOIN vehicle v ON v.id = r.vehicle_id
WHERE r.id = $1 AND {MAY_SEE}
""",
)
_LIST = Query(
    OwnerVisitRow,
    f"""
    SELECT r.id, r.number, r.state, {TITLE} AS title, {IS_FINISHED} AS is_finished,
           r.stopped_at IS NOT NULL AS is_stopped, nullif(r.standing, '') AS standing, s.short_name AS store,
           m.series, v.plate, r.vehicle_id, r.mileage_km, r.opened_at, r.promised_finish_at AS promised_at, r.ready_at,
           r.delivered_at, CASE WHEN r.customer_id = $2 AND r.paid_at IS NOT NULL THEN r.paid_fen END AS paid_fen,
           {WAITING_FOR_OWNER} AS waiting_for_owner,
           asked.expires_at AS decide_by,
           (SELECT l.name FROM repair_line l WHERE l.repair_order_id = r.id AND l.state IN ({_WORKING})
            LIMIT 1) AS doing,
           (SELECT {DONE_JOBS} FROM repair_line l WHERE l.repair_order_id = r.id) AS done,
           (SELECT {ALL_JOBS} FROM repair_line l WHERE l.repair_order_id = r.id) AS total
    FROM repair_order r {READER} {ASKED} JOIN store s ON s.id = r.store_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE r.state NOT IN ({literals(HeaderState.VOID)}) AND {MAY_SEE} AND ($1::bigint IS NULL OR r.vehicle_id = $1)
    ORDER BY r.opened_at DESC LIMIT 50
    """,
)


async def progress(actor: Actor, repair_order_id: int) -> bytes:
    """The progress page as JSON, its photos under signed addresses.

    Raises:
        RepairOrderNotFound: none, or not bound to their account.
    """
    document = await _PROGRESS.first(repair_order_id, actor.id, clock.today(), actor.openid)
    if document is None:
        raise RepairOrderNotFound
    return sign_fields(document).encode()


async def of_owner(actor: Actor, vehicle_id: int | None = None) -> list[OwnerVisitRow]:
    """The owner's visits, newest first: what is here now and the history."""
    return await _LIST.all(vehicle_id, actor.id, clock.today())


async def in_workshop(vehicle_id: int) -> list[int]:
    """The orders of a car that are not over: whose open pages have to ask again when somebody may no longer look."""
    rows = await database.fetch(
        "SELECT id FROM repair_order WHERE vehicle_id = $1 AND delivered_at IS NULL AND voided_at IS NULL", vehicle_id
    )
    return [row["id"] for row in rows]


async def readers_part(actor: Actor, repair_order_id: int) -> ReadersPart:
    """What an owner's account may do with the papers of an order it sees.

    Raises:
        RepairOrderNotFound: none, or not theirs.
    """
    await readable(actor, repair_order_id)
    part = await _PART.first(repair_order_id, actor.id, clock.today())
    assert part is not None
    decides = part.is_owner or part.allowance is not None
    return derive(ReadersPart, part, refusal=None if decides else await who_must_decide(repair_order_id))


async def readable(actor: Actor, repair_order_id: int) -> ReadableOrder:
    """The order, if this owner or staff member may see it.

    Raises:
        RepairOrderNotFound: none, or not theirs.
    """
    order = await _READABLE.first(repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    customer_ids = await who_sees(order) if actor.is_owner else frozenset[int]()
    keepers = frozenset[int]() if actor.is_owner else frozenset(await people.keepers(order.customer_id))
    on = Subject(store_id=order.store_id, customer_ids=customer_ids, staff_ids=keepers)
    authorise(actor, "repair_orders.read", on)
    return order


async def store_revision(store_id: int) -> int:
    """A number that grows with every step of any order and appointment of a store: a board that shows it is current.

    Made of the rows' own counters, so it needs no lock and a step is in it exactly when it is committed.
    """
    total = await database.fetch_value(
        "SELECT (SELECT coalesce(sum(last_event_no), 0) FROM repair_order WHERE store_id = $1) "
        "+ (SELECT coalesce(sum(version), 0) FROM appointment WHERE store_id = $1)",
        store_id,
    )
    return int(total)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, never negative."""
    return max(0, round((end - start).total_seconds() / 60))
