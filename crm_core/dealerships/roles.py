"""Giving roles to members of staff, and taking them: always by a person, with a reason, and never one's own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.errors import LastAdministrator, NotOnesOwn, RoleNeedsPlace, RolesApart
from crm_core.dealerships.models import Region, Staff, StaffRole, Store
from crm_core.dealerships.permissions import authorise
from crm_core.dealerships.role import Role
from crm_core.dealerships.stores import whole_group
from foundation import database
from foundation.errors import NotFound, StaleVersion
from foundation.refs import Ref

APART: Final = (
    (Role.ADM, Role.DPO, "系统管理员不能兼隐私负责人：谁给权限，谁就不能查权限。"),
    (Role.MKT, Role.DPO, "市场专员不能兼隐私负责人。"),
    (Role.CSH, Role.FIN, "收银不能兼财务：收钱的人不能自己对账。"),
)
"""Roles that nobody holds at once, and why; the separation of duties of one thing is asked where the thing is."""
OF_A_STORE: Final = frozenset(
    {
        Role.SC, Role.SM, Role.DCC, Role.SA, Role.SVM, Role.WC, Role.TEC, Role.QC, Role.PRT, Role.CSH, Role.DRV,
    }
)  # fmt: skip
"""Whoever does these works in a store; without one they would hold in every store of the group. One who helps out in
another store holds the role there, too."""


@dataclass(frozen=True)
class RoleIn:
    """A role and where it holds: a store, a region, or (neither) the group."""

    role: Role
    store_id: int | None
    region_id: int | None


async def held_by(staff_id: int) -> set[RoleIn]:
    """The roles a member holds."""
    return {RoleIn(row.role, row.store_id, row.region_id) for row in await StaffRole.filter(staff_id=staff_id)}


async def give(
    actor: Actor,
    staff_id: int,
    *,
    store_id: int | None,
    wanted: Collection[RoleIn],
    expected_version: int,
    reason: str,
    lets_back_in: bool = False,
) -> None:
    """Set a member's store and all their roles. They act on them from their next request on.

    With `lets_back_in` an account that had ended begins again.

    Raises:
        NotOnesOwn: nobody changes their own roles.
        RolesApart: two of them may not be held by one person.
        RoleNeedsPlace: one of the new ones would hold in the whole group by leaving out its store or region.
        LastAdministrator: the group would have no administrator.
        StaleVersion: somebody changed them first.
        NotFound: there is no such member, store or region.
    """
    async with database.transaction():
        await database.advisory_lock("staff_roles")
        authorise(actor, "staff.manage", await whole_group())
        staff = await Staff.select_for_update().get_or_none(id=staff_id)
        if staff is None:
            raise NotFound
        if actor.id == staff.id:
            raise NotOnesOwn
        if staff.version != expected_version:
            raise StaleVersion(current_version=staff.version, current_state="")
        await _check(wanted, store_id)
        before = await held_by(staff.id)
        _check_places(set(wanted) - before)
        await _write(staff.id, before, set(wanted))
        await database.execute(
            "UPDATE staff SET store_id = $2, version = version + 1, is_active = is_active OR $3, "
            "  closed_at = CASE WHEN $3 THEN NULL ELSE closed_at END WHERE id = $1",
            staff.id,
            store_id,
            lets_back_in,
        )
        if not await _has_administrator():
            raise LastAdministrator
        await audit.note(
            actor,
            "staff.set_roles",
            Ref("staff", staff.id),
            reason=reason,
            before=_words(before),
            after=_words(wanted),
            store={"before": staff.store_id, "after": store_id},
        )


async def _check(wanted: Collection[RoleIn], store_id: int | None) -> None:
    roles = {one.role for one in wanted}
    for first, second, why in APART:
        if {first, second} <= roles:
            raise RolesApart(why)
    stores = {one.store_id for one in wanted} | {store_id}
    for table, ids in ((Store, stores), (Region, {one.region_id for one in wanted})):
        named = [one for one in ids if one is not None]
        if await table.filter(id__in=named).count() != len(named):
            raise NotFound
    if any(one.store_id is not None and one.region_id is not None for one in wanted):
        raise NotFound


def _check_places(new: Collection[RoleIn]) -> None:
    """What is held already stays, so that an old row does not stand in the way of another change."""
    if any(one.role in OF_A_STORE and one.store_id is None for one in new):
        raise RoleNeedsPlace
    if any(one.role is Role.RGN and one.region_id is None for one in new):
        raise RoleNeedsPlace("区域总监要带上他管的区域，请在「员工与角色」他的那一页选。")


async def _write(staff_id: int, before: set[RoleIn], wanted: set[RoleIn]) -> None:
    for gone in before - wanted:
        await StaffRole.filter(
            staff_id=staff_id, role=gone.role, store_id=gone.store_id, region_id=gone.region_id
        ).delete()
    for new in sorted(wanted - before, key=str):
        await StaffRole.create(staff_id=staff_id, role=new.role, store_id=new.store_id, region_id=new.region_id)


async def _has_administrator() -> bool:
    """Whether an active member holds ADM for the whole group. A group that has not begun needs none."""
    return bool(
        await database.fetch_value(
            "SELECT NOT EXISTS (SELECT FROM dealer_group) OR EXISTS (SELECT FROM staff_role r JOIN staff s "
            "ON s.id = r.staff_id WHERE r.role = $1 AND r.store_id IS NULL AND r.region_id IS NULL AND s.is_active)",
            Role.ADM,
        )
    )


def _words(roles: Collection[RoleIn]) -> list[str]:
    """Roles as the audit log has them: `SA@store:3`, `RGN@region:1`, `DPO@group`."""
    return sorted(
        f"{one.role}@store:{one.store_id}"
        if one.store_id is not None
        else f"{one.role}@region:{one.region_id}"
        if one.region_id is not None
        else f"{one.role}@group"
        for one in roles
    )
