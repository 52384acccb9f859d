"""Who publishes a Moment and who may see it."""

from collections.abc import Iterable
from typing import Final

from campaigns.moments.errors import MomentNotFound
from campaigns.moments.rules import MomentPolicy
from campaigns.scope import Stores, as_list, as_stores, stores_of, within
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy
from foundation import clock, wall_clock
from foundation.reading import Query, read_model


@read_model
class Sender:
    """A member who gets a task."""

    staff_id: int
    userid: str


@read_model
class Tag:
    """A tag that customers of the stores have, and how many."""

    tag_id: str
    name: str
    customers: int


@read_model
class _Counts:
    members: int
    customers: int


@read_model
class Audience:
    """How many members publish it, and how many customers may see it. `made_this_month` counts the Moments of the month
    that are for some of these stores, of which a customer sees `seen_per_month`.
    """

    members: int
    customers: int
    made_this_month: int
    seen_per_month: int


_SENT_BY: Final = """
  FROM staff s JOIN friendship f ON f.staff_id = s.id AND f.ended_at IS NULL
  WHERE s.is_active AND s.userid <> '' AND ($1::bigint[] IS NULL OR s.store_id = ANY($1))
    AND ($2::text[] IS NULL OR f.corp_tags ?| $2)
"""
_SENDERS: Final = Query(Sender, f"SELECT DISTINCT s.id AS staff_id, s.userid {_SENT_BY} ORDER BY s.id")
_COUNTS: Final = Query(
    _Counts, f"SELECT count(DISTINCT s.id) AS members, count(DISTINCT f.customer_id) AS customers {_SENT_BY}"
)
_TAGS: Final = Query(
    Tag,
    """
    SELECT tag.key AS tag_id, min(tag.value) AS name, count(DISTINCT f.customer_id) AS customers
    FROM staff s JOIN friendship f ON f.staff_id = s.id AND f.ended_at IS NULL, jsonb_each_text(f.corp_tags) AS tag
    WHERE s.is_active AND ($1::bigint[] IS NULL OR s.store_id = ANY($1)) GROUP BY tag.key ORDER BY 2, 1
    """,
)


@read_model
class _Made:
    made: int


_MADE: Final = Query(
    _Made,
    """
    SELECT count(*) AS made FROM moment m WHERE m.started_at >= $2
      AND ($1::bigint[] IS NULL OR m.store_ids IS NULL
           OR EXISTS (SELECT FROM jsonb_array_elements_text(m.store_ids) AS e WHERE e::bigint = ANY($1)))
    """,
)


def wanted(actor: Actor, store_ids: Iterable[int] | None) -> Stores:
    """The stores for which the actor writes: those named, or all of theirs.

    Raises:
        MomentNotFound: a named one is not theirs.
        NotAllowed: none is.
    """
    own = stores_of(actor, "campaigns.draft")
    if store_ids is None:
        return own
    named = as_stores(store_ids)
    if not named or not within(named, own):
        raise MomentNotFound("没找到这家店，或不归您管。")
    return named


async def senders(stores: Stores, tags: Iterable[str]) -> list[Sender]:
    """The members of the stores who have a friend to publish it for."""
    return await _SENDERS.all(as_list(stores), list(tags) or None)


async def of(stores: Stores, tags: Iterable[str]) -> Audience:
    """How many publish and see it."""
    [counts] = await _COUNTS.all(as_list(stores), list(tags) or None)
    first = wall_clock.at(clock.today().replace(day=1))
    [made] = await _MADE.all(as_list(stores), first)
    policy = await group_policy(MomentPolicy)
    return Audience(
        members=counts.members,
        customers=counts.customers,
        made_this_month=made.made,
        seen_per_month=policy.seen_per_month,
    )


async def tags_of(stores: Stores) -> list[Tag]:
    """The tags that customers of the stores have."""
    return await _TAGS.all(as_list(stores))
