"""Transfers for screens, and what other stores could give. Costs are masked at the door for those who may not see
them.
"""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.parts.errors import TransferNotFound
from crm_core.parts.transfers.rules import PROMISED, PartTransferState
from foundation import clock
from foundation.reading import Query, listed, literals, read_model

MOST: Final = 300
"""Transfers a list shows: those that are open first, then the newest of the others."""


@read_model
class TransferRow:
    """A transfer in the list of one of its two stores. `given` and `received` are None until somebody said."""

    id: int
    from_store_id: int
    from_store: str
    to_store_id: int
    to_store: str
    state: PartTransferState
    note: str
    answer: str
    parts: str
    pieces: int
    given: int | None
    received: int | None
    eta: datetime | None
    is_overdue: bool
    made_by: str
    made_at: datetime
    sent_at: datetime | None
    version: int


@read_model
class TransferLineRow:
    """A line of a transfer; `free` pieces lie in the giving store and are promised to nobody."""

    id: int
    part_number: str
    part: str
    quantity: int
    given: int | None
    received: int | None
    free: int
    cost_fen: int | None
    reason: str


@read_model
class TransferPage:
    """One transfer with its lines, and who did what."""

    id: int
    from_store_id: int
    from_store: str
    to_store_id: int
    to_store: str
    state: PartTransferState
    note: str
    answer: str
    eta: datetime | None
    is_overdue: bool
    made_by: str
    made_at: datetime
    decided_by: str | None
    sent_by: str | None
    sent_at: datetime | None
    received_by: str | None
    ended_at: datetime | None
    version: int
    lines: list[TransferLineRow]


@read_model
class ElsewhereRow:
    """How many pieces of a part another store has that are promised to nobody."""

    store_id: int
    store: str
    free: int


_OVERDUE: Final = f"coalesce(t.state IN ({literals(*PROMISED)}) AND t.eta < $2, false) AS is_overdue"
_STORES: Final = "JOIN store f ON f.id = t.from_store_id JOIN store g ON g.id = t.to_store_id"
_LIST: Final = Query(
    TransferRow,
    f"""
    SELECT t.id, t.from_store_id, f.short_name AS from_store, t.to_store_id, g.short_name AS to_store, t.state, t.note,
      t.answer, l.parts, l.pieces, l.given, l.received, t.eta, {_OVERDUE}, m.name AS made_by, t.made_at, t.sent_at,
      t.version
    FROM part_transfer t {_STORES} JOIN staff m ON m.id = t.made_by
    CROSS JOIN LATERAL (
      SELECT coalesce(string_agg(p.name, '、' ORDER BY l.id), '') AS parts, coalesce(sum(l.quantity), 0)::int AS pieces,
        sum(l.given)::int AS given, sum(l.received)::int AS received
      FROM part_transfer_line l JOIN part p ON p.id = l.part_id WHERE l.transfer_id = t.id) l
    WHERE $1 IN (t.from_store_id, t.to_store_id)
    ORDER BY t.ended_at IS NOT NULL, CASE WHEN t.ended_at IS NULL THEN t.eta END NULLS FIRST, t.id DESC LIMIT {MOST}
    """,
)
_ONE: Final = Query(
    TransferPage,
    f"""
    SELECT t.id, t.from_store_id, f.short_name AS from_store, t.to_store_id, g.short_name AS to_store, t.state, t.note,
      t.answer, t.eta, {_OVERDUE}, m.name AS made_by, t.made_at, d.name AS decided_by, s.name AS sent_by, t.sent_at,
      r.name AS received_by, t.ended_at, t.version,
      (SELECT {
        listed(
            TransferLineRow,
            "l",
            order="l.id",
            part_number="p.number",
            part="p.name",
            free="coalesce(k.on_hand - k.reserved, 0)",
        )
    } FROM part_transfer_line l JOIN part p ON p.id = l.part_id
       LEFT JOIN part_stock k ON k.part_id = l.part_id AND k.store_id = t.from_store_id
       WHERE l.transfer_id = t.id) AS lines
    FROM part_transfer t {_STORES} JOIN staff m ON m.id = t.made_by LEFT JOIN staff d ON d.id = t.decided_by
    LEFT JOIN staff s ON s.id = t.sent_by LEFT JOIN staff r ON r.id = t.received_by WHERE t.id = $1
    """,
)
_ELSEWHERE: Final = Query(
    ElsewhereRow,
    """
    SELECT s.id AS store_id, s.short_name AS store, k.on_hand - k.reserved AS free
    FROM part_stock k JOIN part p ON p.id = k.part_id JOIN store s ON s.id = k.store_id AND s.is_live
    WHERE p.number = $2 AND s.id <> $1 AND k.on_hand > k.reserved ORDER BY k.on_hand - k.reserved DESC, s.id
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[TransferRow]:
    """What a store gives and gets: what is open first, unanswered before the others."""
    authorise(actor, "parts.read_transfers", subject(store_id=store_id))
    return await _LIST.all(store_id, clock.now())


async def one(actor: Actor, transfer_id: int) -> TransferPage:
    """One transfer, for readers of either of its stores.

    Raises:
        TransferNotFound, NotAllowed.
    """
    page = await _ONE.first(transfer_id, clock.now())
    if page is None:
        raise TransferNotFound
    if not is_allowed(actor, "parts.read_transfers", subject(store_id=page.from_store_id)):
        authorise(actor, "parts.read_transfers", subject(store_id=page.to_store_id))
    return page


async def elsewhere(actor: Actor, store_id: int, part_number: str) -> list[ElsewhereRow]:
    """Which other stores of the group have free pieces of a part, for who asks for them in their own store."""
    authorise(actor, "parts.transfer", subject(store_id=store_id))
    return await _ELSEWHERE.all(store_id, part_number)
