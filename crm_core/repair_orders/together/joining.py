"""一起做: a second technician joins a running job, and leaves it before it ends."""

from collections.abc import Sequence
from typing import Protocol

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind
from crm_core.dealerships.rota import duty
from crm_core.repair_orders import notices, to_dispatch
from crm_core.repair_orders.dispatch_rules import cannot_help
from crm_core.repair_orders.errors import NothingToJoin, NotOnThisJob, TechnicianNotSuitable
from crm_core.repair_orders.models import RepairLine, TimeEntry
from crm_core.repair_orders.order import take_by_line
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.rules import LineState
from crm_core.repair_orders.work import close_entry, open_entry
from foundation import clock, database


class AnyJob(Protocol):
    """What decides who may help with a job. Both the row that a verb holds and the read model of a screen have it."""

    @property
    def id(self) -> int: ...
    @property
    def bay_kind(self) -> BayKind: ...


async def join(actor: Actor, line_id: int) -> RepairLine:
    """A colleague clocks on to a job that its technician is working on.

    Raises:
        NothingToJoin: nobody is working on it, or it is the actor's own.
        TechnicianNotSuitable: they lack the skill or certificate, or are not on shift.
        AlreadyClockedOn: they are working on a job; the details name it.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.join")
        if line.state is not LineState.WORKING or line.technician_id == actor.id:
            raise NothingToJoin
        in_the_way = (await obstacles(actor, [line])).get(line.id)
        if in_the_way:
            raise TechnicianNotSuitable(in_the_way)
        await open_entry(actor, line, is_rework=line.fail_count > 0)
        doer = await notices.staff_name(line.technician_id)
        await hand.note(
            actor,
            "job_joined",
            f"{actor.name} 加入 {line.name}，和 {doer} 一起做",
            owner_text=f"{line.name}由{doer}、{actor.name}一起做",
            node=OwnerNode.N5,
        )
        return line


async def leave(actor: Actor, line_id: int) -> RepairLine:
    """The colleague's clock stops; the job's technician goes on.

    Raises:
        NotOnThisJob: they are not clocked on to it, or it is their own job, which they pause or finish.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.join")
        is_on_it = await TimeEntry.exists(line_id=line.id, technician_id=actor.id, ended_at=None)
        if line.technician_id == actor.id or not is_on_it:
            raise NotOnThisJob
        await close_entry(line, technician_id=actor.id)
        await hand.note(actor, "job_left", f"{actor.name} 离开 {line.name}")
        return line


async def obstacles(actor: Actor, jobs: Sequence[AnyJob]) -> dict[int, str]:
    """Why the actor cannot help with these jobs today, by job; those they can help with are left out."""
    today = clock.today()
    rota = (await duty.rotas_of([actor.id], today, today))[actor.id]
    skills = rota.skills_on(today)
    facts = await to_dispatch.facts_of([job.id for job in jobs])
    found = {
        job.id: cannot_help(
            job.bay_kind.value,
            facts[job.id].is_electric,
            skills=skills,
            has_ev_certificate=BayKind.EV.value in skills,
            is_on_shift=rota.works_on(today),
        )
        for job in jobs
    }
    return {line_id: sentence for line_id, sentence in found.items() if sentence is not None}
