"""Changing the table of rights, cell by cell, within the bounds."""

from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.errors import OutsideBounds
from crm_core.dealerships.permissions import PERMISSIONS, authorise
from crm_core.dealerships.rights import bounds
from crm_core.dealerships.rights.models import RightChange
from crm_core.dealerships.role import Role
from crm_core.dealerships.stores import whole_group
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.refs import Ref

DECLARED: Final = {action: {role: reach.value for role, reach in row.items()} for action, row in PERMISSIONS.items()}
"""The table as the code declares it."""


async def standing() -> dict[str, dict[str, RightChange]]:
    """The changes that hold, by action and role."""
    found: dict[str, dict[str, RightChange]] = {}
    for change in await RightChange.filter(ended_at=None):
        found.setdefault(change.action, {})[change.role.value] = change
    return found


async def set_reach(actor: Actor, action: str, role: Role, reach: str, *, expected_version: int, reason: str) -> None:
    """Let a role do an action so far (empty: not at all); what the code declares takes the change back.

    It holds from everybody's next request on. `expected_version` is the id of the change its reader saw, 0 for none.

    Raises:
        OutsideBounds: the separation of duties or another bound of the code forbids it; the message says which.
        StaleVersion: somebody changed the cell first.
    """
    async with database.transaction():
        authorise(actor, "rights.change", await whole_group())
        await database.advisory_lock("right_change")
        changes = await standing()
        held = changes.get(action, {}).get(role.value)
        if (held.id if held else 0) != expected_version:
            raise StaleVersion(current_version=held.id if held else 0, current_state="")
        reaches = {one: {r: change.reach for r, change in row.items()} for one, row in changes.items()}
        now = bounds.with_changes(DECLARED, {one: row for one, row in reaches.items() if one in DECLARED})
        if (why := bounds.refusal(action, role.value, reach, DECLARED, now)) is not None:
            raise OutsideBounds(why)
        if held is not None:
            held.ended_at, held.ended_by_id = clock.now(), actor.id
            await held.save(update_fields=["ended_at", "ended_by_id"])
        if DECLARED[action].get(role.value, "") != reach:
            await RightChange.create(
                action=action, role=role, reach=reach, reason=reason, set_by_id=actor.id, set_at=clock.now()
            )
        await audit.note(
            actor,
            "rights.change",
            Ref("staff", actor.id),
            reason=reason,
            right=action,
            role=role.value,
            before=now[action].get(role.value, ""),
            after=reach,
        )
