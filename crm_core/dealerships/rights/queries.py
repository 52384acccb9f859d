"""Reads about rights: the table with its bounds, what one member may do, and who stands in for whom."""

from datetime import date
from typing import Final

from crm_core.dealerships import members
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.members import Member
from crm_core.dealerships.permissions import PERMISSIONS, Reach, authorise, stores_within, subject
from crm_core.dealerships.rights import bounds, changing, explaining, words
from crm_core.dealerships.rights.models import RightChange
from crm_core.dealerships.role import Role
from foundation import clock
from foundation.errors import NotFound, Unauthenticated
from foundation.reading import Query, read_model


@read_model
class RightCell:
    """How far a role may do an action, and what the code says; `version` is the change that made it so, 0 for none.

    `refusal` says why the cell may not be taken away, or (where the role has nothing) not be given; empty if it may.
    """

    role: Role
    reach: Reach | None
    declared: Reach | None
    version: int
    reason: str
    refusal: str


@read_model
class RightRow:
    """An action with its cells, one for each role."""

    action: str
    area: str
    words: str
    cells: list[RightCell]


@read_model
class Granted:
    """Why somebody may do something: a role, how far, and in which stores or the whole group."""

    role: Role
    reach: Reach
    is_whole_group: bool
    store_ids: list[int]
    is_changed: bool


@read_model
class EffectiveRight:
    """One thing a member may do, and every reason for it."""

    action: str
    area: str
    words: str
    because: list[Granted]


@read_model
class StandIn:
    """A colleague who acts for another between two days."""

    id: int
    staff_id: int
    staff_name: str
    deputy_id: int
    deputy_name: str
    first_on: date
    last_on: date


@read_model
class MemberRights:
    """A member with all they may do. An account that has ended may do nothing."""

    member: Member
    rights: list[EffectiveRight]
    stand_ins: list[StandIn]


_STAND_INS: Final = Query(
    StandIn,
    """
    SELECT d.id, d.staff_id, s.name AS staff_name, d.deputy_id, k.name AS deputy_name, d.first_on, d.last_on
    FROM deputy d JOIN staff s ON s.id = d.staff_id JOIN staff k ON k.id = d.deputy_id
    WHERE d.ended_at IS NULL AND d.last_on >= $1 AND ($2::bigint IS NULL OR $2 IN (d.staff_id, d.deputy_id))
      AND ($3::bigint[] IS NULL OR s.store_id = ANY($3))
    ORDER BY d.first_on, d.id
    """,
)


async def table(actor: Actor) -> list[RightRow]:
    """Every action a role can hold, with what holds and what may be changed."""
    authorise(actor, "rights.read", subject())
    changes = await changing.standing()
    reaches = {one: {role: c.reach for role, c in row.items()} for one, row in changes.items() if one in PERMISSIONS}
    now = bounds.with_changes(changing.DECLARED, reaches)
    return [
        RightRow(
            action,
            words.area_of(action),
            words.act_of(action),
            [_cell(action, role, now, changes) for role in Role],
        )
        for action, row in PERMISSIONS.items()
        if any(role in row for role in Role)
    ]


def _cell(action: str, role: Role, now: bounds.Table, changes: dict[str, dict[str, RightChange]]) -> RightCell:
    held, declared = now[action].get(role.value), changing.DECLARED[action].get(role.value)
    change = changes.get(action, {}).get(role.value)
    wish = "" if held else declared or Reach.STORE.value
    return RightCell(
        role=role,
        reach=Reach(held) if held else None,
        declared=Reach(declared) if declared else None,
        version=change.id if change else 0,
        reason=change.reason if change else "",
        refusal=bounds.refusal(action, role.value, wish, changing.DECLARED, now) or "",
    )


async def of_member(actor: Actor, staff_id: int) -> MemberRights:
    """What a member may do and why, for whoever reads the table in their store.

    Raises:
        NotFound: there is no such member.
        NotAllowed.
    """
    member = await members.one(staff_id)
    if member is None:
        raise NotFound
    authorise(actor, "rights.read", subject(store_id=member.store_id))
    stand_ins = await _STAND_INS.all(clock.today(), staff_id, None)
    try:
        theirs = await staff_actor(staff_id)
    except Unauthenticated:
        return MemberRights(member, [], stand_ins)
    rights = [
        EffectiveRight(action, words.area_of(action), words.act_of(action), granted(because))
        for action in PERMISSIONS
        if (because := explaining.reasons(theirs, action))
    ]
    return MemberRights(member, rights, stand_ins)


def granted(because: list[explaining.Reason]) -> list[Granted]:
    """Reasons as a page shows them."""
    return [
        Granted(one.role, one.reach, one.store_ids is None, sorted(one.store_ids or ()), one.is_changed)
        for one in because
    ]


async def stand_ins_of_reader(actor: Actor) -> list[StandIn]:
    """Who stands in for whom, today or later, in the stores in which the actor arranges it."""
    authorise(actor, "staff.stand_in", subject())
    stores = stores_within(actor, "staff.stand_in")
    return await _STAND_INS.all(clock.today(), None, None if stores is None else sorted(stores))
