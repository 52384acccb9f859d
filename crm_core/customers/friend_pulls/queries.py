"""Reads of pulls: how the newest stands, member by member, and what it found."""

from datetime import datetime
from typing import Final

from crm_core.customers.friend_pulls.rules import DriftKind, WalkState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation.reading import Query, listed, literals, read_model

_ACTION: Final = "customers.compare_friends"
SHOWN: Final = 200


@read_model
class DriftCount:
    """How many of a kind the pull found in the reader's stores."""

    kind: DriftKind
    how_many: int


@read_model
class FriendPullView:
    """The newest pull."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    by: str | None
    trouble: str
    members: int
    waiting: int
    friends: int
    kept_out: int
    """People WeCom's lists name who asked to be deleted and were not taken."""
    counts: list[DriftCount]


@read_model
class FriendWalkView:
    """One member's list in it."""

    id: int
    staff_id: int
    staff_name: str
    store: str | None
    state: WalkState
    friends: int
    missing: int
    trouble: str


@read_model
class FriendDriftView:
    """One difference; the name is masked by the door."""

    id: int
    kind: DriftKind
    staff_name: str
    customer_id: int
    customer_name: str
    at: datetime


_PULL: Final = Query(
    FriendPullView,
    f"""
    SELECT p.id, p.started_at, p.ended_at, s.name AS by, p.trouble,
      (SELECT count(*) FROM friend_walk w WHERE w.pull_id = p.id) AS members,
      (SELECT count(*) FROM friend_walk w
       WHERE w.pull_id = p.id AND w.state = {literals(WalkState.WAITING)}) AS waiting,
      (SELECT coalesce(sum(w.friends), 0) FROM friend_walk w WHERE w.pull_id = p.id) AS friends,
      p.kept_out + (SELECT coalesce(sum(w.kept_out), 0) FROM friend_walk w WHERE w.pull_id = p.id) AS kept_out,
      (SELECT {listed(DriftCount, "n", order="n.kind")} FROM (
         SELECT d.kind, count(*) AS how_many FROM friend_drift d JOIN staff m ON m.id = d.staff_id
         WHERE d.pull_id = p.id AND ($1::bigint[] IS NULL OR m.store_id = ANY($1)) GROUP BY d.kind) n) AS counts
    FROM friend_pull p LEFT JOIN staff s ON s.id = p.by_id ORDER BY p.id DESC LIMIT 1
    """,
)
_WALKS: Final = Query(
    FriendWalkView,
    """
    SELECT w.id, w.staff_id, s.name AS staff_name, t.short_name AS store, w.state, w.friends, w.missing, w.trouble
    FROM friend_walk w JOIN staff s ON s.id = w.staff_id LEFT JOIN store t ON t.id = s.store_id
    WHERE w.pull_id = $1 AND ($2::bigint[] IS NULL OR s.store_id = ANY($2))
    ORDER BY w.state, w.missing DESC, s.name LIMIT 1000
    """,
)
_DRIFTS: Final = Query(
    FriendDriftView,
    f"""
    SELECT d.id, d.kind, s.name AS staff_name, d.customer_id, c.name AS customer_name, d.at
    FROM friend_drift d JOIN staff s ON s.id = d.staff_id JOIN customer c ON c.id = d.customer_id
    WHERE d.pull_id = $1 AND ($2::bigint[] IS NULL OR s.store_id = ANY($2)) AND ($3::text IS NULL OR d.kind = $3)
    ORDER BY d.id DESC LIMIT {SHOWN}
    """,
)


async def newest(actor: Actor) -> FriendPullView | None:
    """The newest pull, with figures of the reader's stores; None before the first."""
    return await _PULL.first(_stores(actor))


async def walks_of_reader(actor: Actor, pull_id: int) -> list[FriendWalkView]:
    """The lists of the members of the reader's stores, those that need a person first."""
    return await _WALKS.all(pull_id, _stores(actor))


async def drifts_of_reader(actor: Actor, pull_id: int, kind: DriftKind | None = None) -> list[FriendDriftView]:
    """What a pull found in the reader's stores, the newest first; at most `SHOWN`."""
    return await _DRIFTS.all(pull_id, _stores(actor), kind)


def _stores(actor: Actor) -> list[int] | None:
    authorise(actor, _ACTION, subject())
    stores = stores_within(actor, _ACTION)
    return None if stores is None else sorted(stores)
