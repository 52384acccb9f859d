"""Customers, follow-ups and WeCom friends of a member of staff, handed on to a colleague."""

from typing import Final

from crm_core.customers import people
from crm_core.customers.errors import StaffUnknown
from crm_core.customers.friend_transfers import handing as transfers
from crm_core.customers.service import assign
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from foundation import database
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.CUSTOMER)} AS kind, c.id AS thing_id, r.role, c.home_store_id AS store_id,
      c.id AS customer_id, '' AS words
    FROM customer c
    CROSS JOIN LATERAL (VALUES ('consultant', c.consultant_id), ('advisor', c.advisor_id)) AS r(role, staff_id)
    WHERE r.staff_id = $1 AND c.merged_into_id IS NULL
    UNION ALL
    SELECT {literals(BelongingKind.FRIEND)}, f.id, '', c.home_store_id, c.id, ''
    FROM friendship f JOIN customer c ON c.id = f.customer_id WHERE f.staff_id = $1 AND f.ended_at IS NULL
    UNION ALL
    SELECT {literals(BelongingKind.FOLLOW_UP)}, f.id, '', c.home_store_id, c.id, ''
    FROM follow_up f JOIN customer c ON c.id = f.customer_id
    WHERE f.keeper_id = $1 AND f.done_at IS NULL AND f.next_at IS NOT NULL
      AND $1 IS DISTINCT FROM c.consultant_id AND $1 IS DISTINCT FROM c.advisor_id
    ORDER BY kind, thing_id, role
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """Their customers, their friends, and what they are to follow up with customers of others. Follow-ups with their
    own customers go with the customer.
    """
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """Hand one on.

    Raises:
        StaffUnknown: the colleague does not work here any more.
    """
    if thing.kind is BelongingKind.FRIEND:
        return await transfers.want(thing.thing_id, handing)
    assert thing.customer_id is not None
    if thing.kind is BelongingKind.FOLLOW_UP:
        return await _follow_up(thing.thing_id, thing.customer_id, handing)
    row = await people.lock(thing.customer_id)
    keeper = row.consultant_id if thing.role == "consultant" else row.advisor_id
    if keeper != handing.from_id:
        return HandedOn.NO_LONGER_THEIRS
    await assign(
        actor,
        row.id,
        staff_id=handing.to_id,
        role="consultant" if thing.role == "consultant" else "advisor",
        expected_version=row.version,
        reason="离职交接" if handing.has_left else "在职交接",
    )
    return HandedOn.DONE


async def _follow_up(follow_up_id: int, customer_id: int, handing: Handing) -> HandedOn:
    if not await database.fetch_value("SELECT is_active FROM staff WHERE id = $1", handing.to_id):
        raise StaffUnknown
    await people.lock(customer_id)
    done = await database.execute(
        "UPDATE follow_up SET keeper_id = $3 WHERE id = $1 AND keeper_id = $2 AND done_at IS NULL",
        follow_up_id,
        handing.from_id,
        handing.to_id,
    )
    return HandedOn.DONE if done.endswith(" 1") else HandedOn.NO_LONGER_THEIRS


estate(frozenset({BelongingKind.CUSTOMER, BelongingKind.FRIEND, BelongingKind.FOLLOW_UP}), of_staff, hand_on)
