"""运维: what stopped and waits for a person, jobs, debts and messages that were refused. Administrators see it, have it
tried again or give it up.
"""

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import database, parked
from foundation.errors import NotFound
from foundation.parked import ParkedWork

_LOOK_AFTER = "parked_work.look_after"


class ParkedWorkNotFound(NotFound):
    """No such parked work: in the meantime it was done, tried again or given up."""

    code = "parked_work_not_found"
    message = "这项工作已经不在列表里了，请刷新。"


async def of_reader(actor: Actor, *, after: str | None = None) -> tuple[list[ParkedWork], str | None]:
    """A page of parked work, the oldest first, and where the next one begins. It belongs to the whole group and not to
    a store.
    """
    authorise(actor, _LOOK_AFTER, subject())
    rows, place = await parked.page(parked.Place.parse(after) if after else None)
    return rows, str(place) if place else None


async def try_again(actor: Actor, work_id: str) -> None:
    """Have the parked work tried again at once.

    Raises:
        ParkedWorkNotFound.
    """
    async with database.transaction():
        authorise(actor, _LOOK_AFTER, subject())
        name = await parked.try_again(work_id)
        if name is None:
            raise ParkedWorkNotFound
        await audit.note(actor, "parked_work.try_again", f"parked_work:{name}", work=work_id)


async def give_up(actor: Actor, work_id: str, *, reason: str) -> None:
    """Mark the parked work as given up: it is never tried again.

    Raises:
        ParkedWorkNotFound.
    """
    async with database.transaction():
        authorise(actor, _LOOK_AFTER, subject())
        name = await parked.give_up(work_id)
        if name is None:
            raise ParkedWorkNotFound
        await audit.note(actor, "parked_work.give_up", f"parked_work:{name}", reason=reason, work=work_id)
