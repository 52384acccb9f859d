"""Open tasks of a member of staff, handed on to a colleague."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, subject
from crm_core.tasks import working
from crm_core.tasks.models import Task
from crm_core.tasks.rules import OPEN, TaskKind
from foundation.reading import Query, literals

_WORDS: Final = " ".join(f"WHEN '{kind.value}' THEN '{kind.label}'" for kind in TaskKind)
_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.TASK)} AS kind, t.id AS thing_id, '' AS role, t.store_id, t.customer_id,
      CASE t.kind {_WORDS} END || ' ' || to_char(t.due_on, 'MM-DD') AS words
    FROM task t WHERE t.assignee_id = $1 AND t.state IN ({literals(*OPEN)}) ORDER BY t.due_on, t.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """Their open tasks."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """The colleague contacts the customer from now on."""
    task = await Task.select_for_update(no_key=True).get(id=thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=task.store_id))
    if task.assignee_id != handing.from_id or task.state not in OPEN:
        return HandedOn.NO_LONGER_THEIRS
    await working.give(actor, task, handing.to_id, (await Staff.get(id=handing.to_id)).name)
    return HandedOn.DONE


estate(frozenset({BelongingKind.TASK}), of_staff, hand_on)
