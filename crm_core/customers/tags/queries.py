"""Reads of tags: the list with how many carry each, and what differs from WeCom."""

from datetime import datetime
from typing import Final

from crm_core.customers.tags.rules import TagDriftKind, TagState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation.reading import Query, literals, read_model

SHOWN: Final = 200
_ACTION: Final = "tags.read"


@read_model
class TagRow:
    """A tag; people and pairs are counted in the reader's stores."""

    id: int
    group_name: str | None
    name: str
    state: TagState
    is_ours: bool
    people: int
    by_rule: int
    """Those of them whom a segment gave it."""
    waiting: int
    """Pairs of a member and a friend of which WeCom is still to be told."""
    trouble: str


@read_model
class TagDriftCount:
    """How many pairs differ in this way."""

    kind: TagDriftKind
    how_many: int


@read_model
class TagDrift:
    """One difference; the name is masked by the door."""

    kind: TagDriftKind
    tag_name: str
    staff_name: str
    customer_id: int
    customer_name: str
    since: datetime | None
    trouble: str


_TAGS: Final = Query(
    TagRow,
    f"""
    SELECT t.id, g.name AS group_name, t.name, t.state, t.is_ours, coalesce(k.people, 0) AS people,
      coalesce(k.by_rule, 0) AS by_rule, coalesce(m.waiting, 0) AS waiting, t.trouble
    FROM tag t LEFT JOIN tag_group g ON g.id = t.group_id
    LEFT JOIN (SELECT k.tag_id, count(*) AS people, count(*) FILTER (WHERE k.by_rule) AS by_rule
      FROM customer_tag k JOIN customer c ON c.id = k.customer_id
      WHERE c.merged_into_id IS NULL AND ($1::bigint[] IS NULL OR c.home_store_id = ANY($1)) GROUP BY k.tag_id) k
      ON k.tag_id = t.id
    LEFT JOIN (SELECT m.tag_id, count(*) AS waiting
      FROM tag_mark m JOIN friendship f ON f.id = m.friendship_id AND f.ended_at IS NULL
      JOIN staff s ON s.id = f.staff_id
      WHERE m.done_at_turn IS NULL AND ($1::bigint[] IS NULL OR s.store_id = ANY($1)) GROUP BY m.tag_id) m
      ON m.tag_id = t.id
    ORDER BY t.state = {literals(TagState.ENDING)}, g.name NULLS LAST, t.name, t.id
    """,
)
_DIFFERING: Final = f"""
    SELECT CASE WHEN m.is_wanted THEN {literals(TagDriftKind.PUTTING_ON)}
      ELSE {literals(TagDriftKind.TAKING_OFF)} END AS kind, m.tag_id, f.staff_id, f.customer_id, m.since, m.trouble
    FROM tag_mark m JOIN friendship f ON f.id = m.friendship_id AND f.ended_at IS NULL WHERE m.done_at_turn IS NULL
    UNION ALL
    SELECT {literals(TagDriftKind.LOST_THERE)}, k.tag_id, f.staff_id, f.customer_id, NULL, ''
    FROM customer_tag k JOIN tag t ON t.id = k.tag_id AND t.wecom_id IS NOT NULL
    JOIN friendship f ON f.customer_id = k.customer_id AND f.ended_at IS NULL AND NOT f.corp_tags ? t.wecom_id
    LEFT JOIN tag_mark m ON m.friendship_id = f.id AND m.tag_id = t.id AND m.done_at_turn IS NULL
    WHERE (k.by_hand OR k.by_rule) AND m.id IS NULL
    UNION ALL
    SELECT {literals(TagDriftKind.ONLY_THERE)}, t.id, f.staff_id, f.customer_id, NULL, ''
    FROM friendship f CROSS JOIN jsonb_object_keys(f.corp_tags) held
    JOIN tag t ON t.wecom_id = held AND t.state <> {literals(TagState.ENDING)}
    LEFT JOIN customer_tag k ON k.customer_id = f.customer_id AND k.tag_id = t.id
    LEFT JOIN tag_mark m ON m.friendship_id = f.id AND m.tag_id = t.id AND m.done_at_turn IS NULL
    WHERE f.ended_at IS NULL AND k.id IS NULL AND m.id IS NULL
"""
_COUNTS: Final = Query(
    TagDriftCount,
    f"""
    SELECT d.kind, count(*) AS how_many FROM ({_DIFFERING}) d JOIN staff s ON s.id = d.staff_id
    WHERE ($1::bigint[] IS NULL OR s.store_id = ANY($1)) GROUP BY d.kind ORDER BY d.kind
    """,
)
_DRIFTS: Final = Query(
    TagDrift,
    f"""
    SELECT d.kind, t.name AS tag_name, s.name AS staff_name, d.customer_id, c.name AS customer_name, d.since, d.trouble
    FROM ({_DIFFERING}) d JOIN staff s ON s.id = d.staff_id JOIN customer c ON c.id = d.customer_id
    JOIN tag t ON t.id = d.tag_id
    WHERE ($1::bigint[] IS NULL OR s.store_id = ANY($1)) AND ($2::text IS NULL OR d.kind = $2)
    ORDER BY d.trouble = '', d.since, t.name, s.name, d.customer_id LIMIT {SHOWN}
    """,
)


async def of_reader(actor: Actor) -> list[TagRow]:
    """All tags of the house, by group."""
    return await _TAGS.all(_stores(actor))


async def drift_counts(actor: Actor) -> list[TagDriftCount]:
    """How many pairs of the reader's stores differ, by kind."""
    return await _COUNTS.all(_stores(actor))


async def drifts_of_reader(actor: Actor, kind: TagDriftKind | None = None) -> list[TagDrift]:
    """What differs in the reader's stores, what is in trouble first; at most `SHOWN`."""
    return await _DRIFTS.all(_stores(actor), kind)


def _stores(actor: Actor) -> list[int] | None:
    authorise(actor, _ACTION, subject())
    stores = stores_within(actor, _ACTION)
    return None if stores is None else sorted(stores)
