"""Reads of the staff: everybody with their posts, for the pages about people."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation.reading import Query, listed, read_model


@read_model
class HeldRole:
    """A role somebody holds: in a store, in a region, or (neither) in the whole group."""

    id: int
    role: Role
    store_id: int | None
    store: str | None
    region_id: int | None
    region: str | None


@read_model
class Member:
    """A member of staff with the roles they hold. `version` counts the changes of their roles."""

    id: int
    userid: str
    name: str
    title: str
    store_id: int | None
    store: str | None
    is_active: bool
    version: int
    roles: list[HeldRole]


_COLUMNS: Final = f"""
    SELECT s.id, s.userid, s.name, s.title, s.store_id, t.short_name AS store, s.is_active, s.version,
      (SELECT {
    listed(
        HeldRole,
        "r",
        order="r.role, r.id",
        store="(SELECT short_name FROM store WHERE id = r.store_id)",
        region="(SELECT name FROM region WHERE id = r.region_id)",
    )
}
       FROM staff_role r WHERE r.staff_id = s.id) AS roles
    FROM staff s LEFT JOIN store t ON t.id = s.store_id
"""
_MEMBERS: Final = Query(
    Member,
    f"{_COLUMNS} WHERE ($1::bigint[] IS NULL OR s.store_id = ANY($1) OR s.store_id IS NULL) "
    "ORDER BY s.is_active DESC, s.store_id NULLS FIRST, s.name, s.id LIMIT 2000",
)
_ONE: Final = Query(Member, f"{_COLUMNS} WHERE s.id = $1")


async def of_reader(actor: Actor) -> list[Member]:
    """Everybody of the stores the actor works in, and those who belong to no store."""
    authorise(actor, "staff.read", subject())
    stores = stores_within(actor, "staff.read")
    return await _MEMBERS.all(None if stores is None else sorted(stores))


async def one(staff_id: int) -> Member | None:
    """One member; the caller has authorised it."""
    return await _ONE.first(staff_id)
