"""Looking up the staff of a store by role, and who leads whom."""

from collections.abc import Collection

from crm_core.dealerships.models import Role
from foundation import clock, database
from foundation.reading import Query, read_model


async def staff_with_role(role: Role, store_id: int) -> list[int]:
    """Ids of the active staff who hold `role` in the store, in a stable order."""
    rows = await database.fetch(
        "SELECT DISTINCT s.id FROM staff_role r JOIN staff s ON s.id = r.staff_id "
        "WHERE r.role = $1 AND r.store_id = $2 AND s.is_active ORDER BY s.id",
        role.value,
        store_id,
    )
    return [row["id"] for row in rows]


async def everybody_with_role(role: Role, store_id: int | None) -> list[int]:
    """Ids of the active staff whose `role` reaches the store, because they hold it in the store, its region or the
    group.

    If `store_id` is None, only those who hold it for the whole group.
    """
    rows = await database.fetch(
        "SELECT DISTINCT s.id FROM staff_role r JOIN staff s ON s.id = r.staff_id "
        "WHERE r.role = $1 AND s.is_active AND ((r.store_id IS NULL AND r.region_id IS NULL) OR r.store_id = $2 "
        "  OR r.region_id = (SELECT region_id FROM store WHERE id = $2)) ORDER BY s.id",
        role.value,
        store_id,
    )
    return [row["id"] for row in rows]


async def receiver_for(staff_id: int) -> int | None:
    """The id of the member who gets messages meant for this member: they themselves, whoever stands in for them today,
    or a leader of theirs if they left.

    None if they left and nobody leads in their store.
    """
    row = await database.fetch_one(
        "SELECT s.is_active, d.deputy_id FROM staff s "
        "LEFT JOIN (deputy d JOIN staff k ON k.id = d.deputy_id AND k.is_active) "
        "  ON d.staff_id = s.id AND d.ended_at IS NULL AND $2 BETWEEN d.first_on AND d.last_on WHERE s.id = $1",
        staff_id,
        clock.today(),
    )
    if row is None or row["is_active"]:
        return staff_id if row is None or row["deputy_id"] is None else int(row["deputy_id"])
    leads = await leaders_of(staff_id)
    return leads[0] if leads else None


async def leaders_of(staff_id: int) -> list[int]:
    """Ids of those who lead a member in their store.

    Sales managers lead consultants, the general manager leads marketing, and service managers lead all others. Where
    there is no such manager, the general manager leads.
    """
    row = await database.fetch_one(
        "SELECT s.store_id, array_agg(r.role) AS roles FROM staff s LEFT JOIN staff_role r ON r.staff_id = s.id "
        "WHERE s.id = $1 AND s.store_id IS NOT NULL GROUP BY s.id",
        staff_id,
    )
    if row is None:
        return []
    roles = set(row["roles"])
    first = Role.SM if roles & {"SC", "DCC", "SM"} else Role.GM if roles & {"MKT"} else Role.SVM
    for role in dict.fromkeys((first, Role.GM)):
        if leads := [one for one in await staff_with_role(role, row["store_id"]) if one != staff_id]:
            return leads
    return []


@read_model
class DemoPerson:
    """A person as whom one can sign in to the demo."""

    id: int
    name: str
    roles: list[str]
    title: str
    store: str | None


_TO_CHOOSE_FROM = Query(
    DemoPerson,
    """
    SELECT s.id, s.name, s.title, st.short_name AS store, array_agg(DISTINCT r.role) AS roles
    FROM (SELECT *, row_number() OVER (PARTITION BY role, store_id ORDER BY staff_id) AS n FROM staff_role) r
    JOIN staff s ON s.id = r.staff_id LEFT JOIN store st ON st.id = s.store_id
    WHERE s.is_active AND r.n <= 2 GROUP BY s.id, st.short_name
    ORDER BY min(r.store_id) NULLS LAST, s.id LIMIT 200
    """,
)


async def people_to_choose_from() -> list[DemoPerson]:
    """Whom the demo's sign-in offers: the first two active people of each role, in each live store and in the group."""
    return await _TO_CHOOSE_FROM.all()


async def names_of(staff_ids: Collection[int]) -> list[str]:
    """The names of these members, in the order of their ids."""
    rows = await database.fetch("SELECT name FROM staff WHERE id = ANY($1) ORDER BY id", list(staff_ids))
    return [row["name"] for row in rows]
