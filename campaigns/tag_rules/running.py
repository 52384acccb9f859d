"""Comparing the people of a segment with those its tag was put on, as sets, and changing whoever differs in chunks.

Each chunk is a transaction that asks again whether the segment still carries the tag, so a rule that ended meanwhile
gives nobody anything; a worker killed in the middle leaves a part done, and the next run does the rest.
"""

from collections.abc import Sequence
from typing import Final

from campaigns.scope import as_stores
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.segments.models import Segment
from campaigns.sql import asked_now
from campaigns.tag_rules.models import TagRule
from crm_core.customers.tags import holding
from crm_core.customers.tags.rules import Reason
from crm_core.dealerships.unread import Unread
from foundation import clock, database
from foundation.attempts import repeat

RUN: Final = "tag_rules.run"
UNREAD: Final = Unread("tag_people", job=RUN, argument="tag")
"""Tags whose people are to be compared: a row stands until they were, whatever becomes of the job."""
CHUNK: Final = 500
"""People of one transaction: their rows are locked for some tens of milliseconds."""


async def expect(tag_id: int) -> None:
    """Have a tag's people compared, in the running transaction."""
    await UNREAD.expect(str(tag_id))


async def expect_all() -> None:
    """Have every tag compared that a segment carries, or carried until it was archived or lost its rule."""
    rows = await database.fetch(
        "SELECT tag_id FROM tag_rule UNION SELECT tag_id FROM customer_tag WHERE by_rule ORDER BY tag_id"
    )
    async with database.transaction():
        await UNREAD.expect_each([str(row["tag_id"]) for row in rows])


async def run(tag_id: int) -> None:
    """Have exactly the people of the segment carry its tag by this rule; nobody, if no segment carries it now."""
    rule = await TagRule.get_or_none(tag_id=tag_id)
    segment = await Segment.get_or_none(id=rule.segment_id, archived_at=None) if rule is not None else None
    coming, going, people = await _differing(tag_id, segment)
    put_on = sum([await _apply(tag_id, segment, chunk, is_on=True) for chunk in _chunks(coming)])
    taken_off = sum([await _apply(tag_id, segment, chunk, is_on=False) for chunk in _chunks(going)])
    if rule is not None:
        await TagRule.filter(id=rule.id).update(ran_at=clock.now(), people=people, put_on=put_on, taken_off=taken_off)


async def _differing(tag_id: int, segment: Segment | None) -> tuple[list[int], list[int], int]:
    """Who is in the segment and has not the tag by it, who has it and is not, and how many are in it."""
    to = await asked_now()
    chosen = "false"
    if segment is not None:
        chosen = audience(parse(segment.definition), as_stores(segment.store_ids), to)
    tag = to.add(tag_id, "bigint")
    rows = await database.fetch(
        f"WITH chosen AS MATERIALIZED (SELECT c.id FROM customer c WHERE {chosen}), "
        f"  given AS (SELECT customer_id AS id FROM customer_tag WHERE tag_id = {tag} AND by_rule) "
        "SELECT true AS is_coming, array(SELECT id FROM chosen EXCEPT SELECT id FROM given ORDER BY id) AS ids, "
        "  (SELECT count(*) FROM chosen) AS people "
        "UNION ALL SELECT false, array(SELECT id FROM given EXCEPT SELECT id FROM chosen ORDER BY id), 0",
        *to.values,
    )
    ids = {row["is_coming"]: list(row["ids"]) for row in rows}
    return ids[True], ids[False], sum(row["people"] for row in rows)


async def _apply(tag_id: int, segment: Segment | None, people: Sequence[int], *, is_on: bool) -> int:
    """Change these people, unless the rule changed meanwhile; returns how many."""

    async def change() -> int:
        async with database.transaction():
            if not await _still_so(tag_id, segment):
                return 0
            locked = await database.fetch(
                "SELECT id FROM customer WHERE id = ANY($1) AND merged_into_id IS NULL AND (NOT $2 OR "
                "  restricted_at IS NULL) ORDER BY id FOR NO KEY UPDATE",
                list(people),
                is_on,
            )
            ids = [row["id"] for row in locked]
            if is_on:
                await holding.put_on(ids, tag_id, Reason.RULE)
            else:
                await holding.take_off(ids, [tag_id], (Reason.RULE,))
            await holding.recompute(ids)
            await holding.owe([tag_id], ids)
            return len(ids)

    return await repeat(change)


async def _still_so(tag_id: int, segment: Segment | None) -> bool:
    """Whether this very segment carries the tag; without one, that none does."""
    carried = await database.fetch_value(
        "SELECT r.segment_id FROM tag_rule r JOIN segment g ON g.id = r.segment_id AND g.archived_at IS NULL "
        "WHERE r.tag_id = $1 FOR SHARE OF r",
        tag_id,
    )
    return bool(carried == (segment.id if segment is not None else None))


def _chunks(people: Sequence[int]) -> list[Sequence[int]]:
    return [people[start : start + CHUNK] for start in range(0, len(people), CHUNK)]
