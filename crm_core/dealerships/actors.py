"""Who acts: a staff member with their roles, an owner, another program, or the system by a named rule. Always an
explicit argument.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import orjson

from crm_core.dealerships.models import Role, Staff
from foundation import clock, database
from foundation.errors import Unauthenticated


@dataclass(frozen=True)
class Grant:
    """A role and the stores in which it holds; `store_ids` None means the whole group."""

    role: Role
    store_ids: frozenset[int] | None

    def reaches(self, store_id: int | None) -> bool:
        """Whether the role holds in a store. Something that belongs to no store is reached by everybody with the
        role.
        """
        return self.store_ids is None or store_id is None or store_id in self.store_ids


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts; written into events as `staff:3`, `owner:12`, `partner:2` or `system:rule`."""

    kind: Literal["staff", "owner", "system", "partner"]
    id: int = 0
    name: str = ""
    grants: tuple[Grant, ...] = ()
    store_id: int | None = None
    """The store a staff member works in by default."""
    openid: str = ""
    """The mini-program account an owner acts from."""
    rule: str = ""
    stands_in_for: frozenset[int] = frozenset()
    """Members whose deputy they are today: what is theirs counts as the actor's own."""
    team_ids: frozenset[int] = frozenset()
    """Everybody of their team."""
    changes: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    """What their group changed of the table of rights: action → role → reach, empty for a role taken out."""
    scopes: frozenset[str] = frozenset()
    """What a partner's key was given: acts of the table of permissions."""
    partner_stores: frozenset[int] = frozenset()
    """The stores a partner's key is good for."""
    source_system: str = ""
    """The program a partner's numbers are of."""

    def __str__(self) -> str:
        return f"system:{self.rule}" if self.kind == "system" else f"{self.kind}:{self.id}"

    @property
    def is_owner(self) -> bool:
        """Whether this is a car owner in the mini program."""
        return self.kind == "owner"

    @property
    def roles(self) -> frozenset[Role]:
        """All roles, wherever they hold."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def visible_store_ids(self) -> frozenset[int] | None:
        """The stores that at least one role reaches; None means the whole group."""
        if any(grant.store_ids is None for grant in self.grants):
            return None
        return frozenset(store_id for grant in self.grants for store_id in grant.store_ids or ())


def system(rule: str) -> Actor:
    """The scheduler, a callback or a subscriber, named by the rule it follows."""
    return Actor(kind="system", rule=rule, name="系统")


def owner(customer_id: int, *, openid: str, name: str = "") -> Actor:
    """A car owner, signed in through wx.login."""
    return Actor(kind="owner", id=customer_id, openid=openid, name=name)


def partner(key_id: int, name: str, source_system: str, store_ids: Iterable[int], scopes: Iterable[str]) -> Actor:
    """Another program, known by its API key."""
    return Actor(
        kind="partner",
        id=key_id,
        name=name,
        source_system=source_system,
        partner_stores=frozenset(store_ids),
        scopes=frozenset(scopes),
    )


async def staff_actor(staff_id: int, *, or_former: bool = False) -> Actor:
    """Load a staff member with their roles. With `or_former` one who has left is meant too: what they set going or
    agreed to while they worked here goes on as theirs.

    Raises:
        Unauthenticated: the member has left, or there is no such member.
    """
    rows = await database.fetch(
        "SELECT s.name, s.store_id AS home_store_id, r.role, r.store_id, r.region_id, "
        "  array(SELECT id FROM store WHERE region_id = r.region_id) AS region_stores, "
        "  array(SELECT d.staff_id FROM deputy d WHERE d.deputy_id = s.id AND d.ended_at IS NULL "
        "    AND $2 BETWEEN d.first_on AND d.last_on) AS stands_in_for, "
        "  array(SELECT t.id FROM staff t WHERE t.team_id = s.team_id AND t.is_active) AS team_ids, "
        "  (SELECT json_object_agg(action, roles) FROM (SELECT action, json_object_agg(role, reach) AS roles "
        "    FROM right_change WHERE ended_at IS NULL GROUP BY action) c) AS changes "
        "FROM staff s LEFT JOIN staff_role r ON r.staff_id = s.id WHERE s.id = $1 AND (s.is_active OR $3)",
        staff_id,
        clock.today(),
        or_former,
    )
    if not rows:
        raise Unauthenticated
    grants = tuple(_grant(row) for row in rows if row["role"] is not None)
    first = rows[0]
    return Actor(
        kind="staff",
        id=staff_id,
        name=first["name"],
        grants=grants,
        store_id=first["home_store_id"],
        stands_in_for=frozenset(first["stands_in_for"]),
        team_ids=frozenset(first["team_ids"]),
        changes=orjson.loads(first["changes"] or "{}"),
    )


def _grant(row: dict[str, object]) -> Grant:
    store_ids: frozenset[int] | None = None
    if row["store_id"] is not None:
        store_ids = frozenset({int(str(row["store_id"]))})
    elif row["region_id"] is not None:
        region_stores = row["region_stores"]
        assert isinstance(region_stores, list)
        store_ids = frozenset(region_stores)
    return Grant(Role(str(row["role"])), store_ids)


async def staff_by_userid(userid: str) -> Staff | None:
    """The active staff member WeCom calls `userid` (the platform ignores its case)."""
    return await Staff.get_or_none(userid=userid.lower(), is_active=True)
