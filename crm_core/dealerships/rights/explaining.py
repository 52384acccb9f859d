"""What a member of staff may do and see, and why, asked of the table itself, so that it cannot differ from it."""

from dataclasses import dataclass

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Reach, Subject, is_allowed, row_for
from crm_core.dealerships.role import Role


@dataclass(frozen=True)
class Reason:
    """One grant that allows an action: the role, how far, and where (None: the whole group). `is_changed` if the
    group's own change of the table allows it.
    """

    role: Role
    reach: Reach
    store_ids: frozenset[int] | None
    is_changed: bool


def reasons(actor: Actor, action: str, on: Subject | None = None) -> list[Reason]:
    """The grants by which the actor may do `action`; with a subject, those that reach it. Empty exactly if
    `is_allowed` refuses it.
    """
    row = row_for(actor, action)
    found = []
    for grant in actor.grants:
        reach = row.get(grant.role.value)
        if reach is None:
            continue
        alone = _only(actor, grant.role, grant.store_ids)
        if on is None or is_allowed(alone, action, on):
            is_changed = grant.role.value in actor.changes.get(action, {})
            found.append(Reason(grant.role, reach, grant.store_ids, is_changed))
    return found


def _only(actor: Actor, role: Role, store_ids: frozenset[int] | None) -> Actor:
    """The actor with nothing but one grant."""
    return Actor(
        kind=actor.kind,
        id=actor.id,
        grants=tuple(one for one in actor.grants if (one.role, one.store_ids) == (role, store_ids)),
        stands_in_for=actor.stands_in_for,
        team_ids=actor.team_ids,
        changes=actor.changes,
    )
