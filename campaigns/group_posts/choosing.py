"""Which customer groups a post can go to, and what is to be expected of those chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from campaigns.group_posts import rules
from campaigns.group_posts.errors import GroupNotChoosable
from campaigns.group_posts.rules import MOST_GROUPS, GroupNow, GroupPostPolicy
from campaigns.scope import Stores, as_list, stores_of
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from crm_core.policies.current import group_policy
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

PAGE: Final = 50
_NAMES_SHOWN: Final = 10

REFUSING: Final = (
    "(c.marketing_stopped_at IS NOT NULL OR EXISTS (SELECT FROM consent k WHERE k.customer_id = c.id "
    f"AND k.purpose = {literals(Purpose.MARKETING_WECOM)} AND k.withdrawn_at IS NOT NULL) AND NOT EXISTS (SELECT FROM "
    f"consent k WHERE k.customer_id = c.id AND k.purpose = {literals(Purpose.MARKETING_WECOM)} "
    "AND k.withdrawn_at IS NULL))"
)
"""SQL: whether customer `c` said no to marketing in WeCom; who was never asked did not."""
OF_GROUP: Final = """
  g.id, g.name, g.chat_id, g.customers, g.ended_at IS NOT NULL AS has_ended, g.owner_id, coalesce(s.name, '') AS owner,
  coalesce(s.is_active AND s.userid <> '', false) AS owner_can_send, s.store_id AS owner_store_id,
  coalesce(t.short_name, '') AS store, p.known, p.refusing
"""
WITH_OWNER: Final = f"""
  LEFT JOIN staff s ON s.id = g.owner_id LEFT JOIN store t ON t.id = s.store_id
  LEFT JOIN LATERAL (
    SELECT count(*) AS known, count(*) FILTER (WHERE {REFUSING}) AS refusing
    FROM group_person p JOIN customer c ON c.id = p.customer_id
    WHERE p.customer_group_id = g.id AND p.left_at IS NULL
  ) p ON true
"""
"""Joins the owner of group `g`, their store, and whom of its people we know."""


@read_model
class KnownGroup:
    """A group with all that decides whether it can be sent to."""

    id: int
    name: str
    chat_id: str
    customers: int
    has_ended: bool
    owner_id: int | None
    owner: str
    owner_can_send: bool
    owner_store_id: int | None
    store: str
    known: int
    refusing: int

    def now(self) -> GroupNow:
        """As the rules see it."""
        return GroupNow(
            self.has_ended, self.owner_id, self.owner_can_send, self.owner_store_id, self.known, self.refusing
        )


@read_model
class ChoosableGroup:
    """A group for the reader to choose. Of its `customers` we know `known`, of whom `refusing` said no to marketing;
    `why_not` says why it cannot be sent to, and is empty if it can.
    """

    id: int
    name: str
    owner: str
    store: str
    customers: int
    known: int
    refusing: int
    why_not: str


@dataclass(frozen=True)
class Wished:
    """Which groups to show. `search` is part of the group's or its owner's name; `without_refusing` leaves out those in
    which somebody we know said no to marketing.
    """

    search: str = ""
    store_id: int | None = None
    at_least: int = 0
    without_refusing: bool = False


@read_model
class GroupChoice:
    """The groups that fit and can be sent to; `left_out` fit and cannot, or go beyond the most of one post."""

    customer_group_ids: list[int]
    left_out: int


@read_model
class BusyOwner:
    """An owner who gets no further post today."""

    owner: str
    given_today: int


@read_model
class GroupAudience:
    """What is to be expected of the chosen groups.

    `cannot` of them cannot be sent to now. Of `known` people, each counted once, `refusing` said no to marketing; they
    are in `refusing_groups`. `today` of the `owners` can still get a post today; the others are `busy`.
    """

    groups: int
    cannot: int
    customers: int
    known: int
    refusing: int
    refusing_groups: list[int]
    owners: int
    today: int
    busy: list[BusyOwner]
    per_owner_per_day: int


@read_model
class _People:
    known: int
    refusing: int


_GROUPS: Final = Query(
    KnownGroup,
    f"""
    SELECT {OF_GROUP} FROM customer_group g {WITH_OWNER}
    WHERE g.ended_at IS NULL AND ($1::bigint[] IS NULL OR s.store_id = ANY($1)) AND ($2::bigint IS NULL OR g.id < $2)
      AND ($3::text IS NULL OR g.name ILIKE $3 OR s.name ILIKE $3) AND g.customers >= $4
      AND NOT ($5::int = 1 AND p.refusing > 0)
    ORDER BY g.id DESC LIMIT $6
    """,
)
_NAMED: Final = Query(
    KnownGroup, f"SELECT {OF_GROUP} FROM customer_group g {WITH_OWNER} WHERE g.id = ANY($1) ORDER BY g.id"
)
_PEOPLE: Final = Query(
    _People,
    f"""
    SELECT count(*) AS known, count(*) FILTER (WHERE {REFUSING}) AS refusing FROM customer c
    WHERE EXISTS (SELECT FROM group_person p WHERE p.customer_id = c.id AND p.customer_group_id = ANY($1)
                  AND p.left_at IS NULL)
    """,
)
_BUSY: Final = Query(
    BusyOwner,
    """
    SELECT s.name AS owner, count(*) AS given_today FROM group_post_task t JOIN staff s ON s.id = t.staff_id
    WHERE t.asked_on = $2 AND t.staff_id = ANY($1) GROUP BY s.id, s.name HAVING count(*) >= $3 ORDER BY s.name, s.id
    """,
)


async def choosable(
    actor: Actor, wished: Wished, *, before_id: int | None = None, limit: int = PAGE
) -> list[ChoosableGroup]:
    """Groups of the stores for which the actor may write, the newest first.

    Raises:
        NotAllowed.
    """
    stores = stores_of(actor, "campaigns.draft")
    policy = await group_policy(GroupPostPolicy)
    rows = await _fitting(_wanted_of(stores, wished.store_id), wished, before_id, limit)
    return [derive(ChoosableGroup, row, why_not=rules.why_not(row.now(), stores, policy)) for row in rows]


async def choice_of(actor: Actor, wished: Wished) -> GroupChoice:
    """All groups that fit, for one press: those that can be sent to.

    Raises:
        NotAllowed.
    """
    rows = await choosable(actor, wished, limit=MOST_GROUPS * 2)
    able = [row.id for row in rows if not row.why_not][:MOST_GROUPS]
    return GroupChoice(customer_group_ids=able, left_out=len(rows) - len(able))


def _wanted_of(stores: Stores, store_id: int | None) -> Stores:
    if store_id is None:
        return stores
    return frozenset({store_id}) if stores is None or store_id in stores else frozenset()


async def _fitting(stores: Stores, wished: Wished, before_id: int | None, limit: int) -> list[KnownGroup]:
    named = pattern(wished.search) if wished.search.strip() else None
    return await _GROUPS.all(as_list(stores), before_id, named, wished.at_least, int(wished.without_refusing), limit)


async def named(group_ids: Sequence[int]) -> list[KnownGroup]:
    """These groups as they are now."""
    return await _NAMED.all(sorted(group_ids))


async def chosen(actor: Actor, group_ids: Sequence[int]) -> list[KnownGroup]:
    """The groups that a marketer chose, if their owners work in stores for which the actor may write.

    Raises:
        GroupNotChoosable: one is not there for them.
        NotAllowed.
    """
    stores = stores_of(actor, "campaigns.draft")
    found = await named(group_ids)
    if len(found) != len(set(group_ids)) or not all(stores is None or one.owner_store_id in stores for one in found):
        raise GroupNotChoosable
    return found


def stores_of_owners(groups: Sequence[KnownGroup]) -> Stores:
    """The stores whose post it is: those of the owners; the whole group's, if an owner has no store."""
    stores = {one.owner_store_id for one in groups}
    return None if None in stores else frozenset(store for store in stores if store is not None)


def able(groups: Sequence[KnownGroup], stores: Stores, policy: GroupPostPolicy) -> list[KnownGroup]:
    """Those that can be sent to now."""
    return [one for one in groups if not rules.why_not(one.now(), stores, policy)]


async def expected(groups: Sequence[KnownGroup], stores: Stores) -> GroupAudience:
    """What is to be expected if these were sent to now."""
    policy = await group_policy(GroupPostPolicy)
    going = able(groups, stores, policy)
    owners = sorted({one.owner_id for one in going if one.owner_id is not None})
    [people] = await _PEOPLE.all([one.id for one in going])
    busy = await _BUSY.all(owners, clock.today(), policy.per_owner_per_day)
    return GroupAudience(
        groups=len(going),
        cannot=len(groups) - len(going),
        customers=sum(one.customers for one in going),
        known=people.known,
        refusing=people.refusing,
        refusing_groups=[one.id for one in going if one.refusing],
        owners=len(owners),
        today=len(owners) - len(busy),
        busy=busy[:_NAMES_SHOWN],
        per_owner_per_day=policy.per_owner_per_day,
    )


async def audience(actor: Actor, group_ids: Sequence[int]) -> GroupAudience:
    """The same for groups that a marketer chose.

    Raises:
        GroupNotChoosable, NotAllowed.
    """
    return await expected(await chosen(actor, group_ids), stores_of(actor, "campaigns.draft"))
