"""代理人: while somebody is away, a colleague of the same post acts for them and gets what is meant for them."""

from datetime import date
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.errors import DeputyAlready, DeputyNotFit
from crm_core.dealerships.events import DeputyEnded, DeputyNamed
from crm_core.dealerships.models import Staff, StaffRole
from crm_core.dealerships.permissions import authorise, may_ever, subject
from crm_core.dealerships.rights.models import Deputy
from foundation import clock, database
from foundation.errors import NotFound
from foundation.events import record
from foundation.refs import Ref

_HAS_PEER: Final = (
    "SELECT EXISTS (SELECT FROM staff_role mine JOIN staff_role peer ON peer.role = mine.role "
    "  AND peer.store_id IS NOT DISTINCT FROM mine.store_id AND peer.staff_id <> mine.staff_id "
    "JOIN staff s ON s.id = peer.staff_id AND s.is_active WHERE mine.staff_id = $1)"
)
"""Whether anybody who works here shares a post with them."""


async def name(actor: Actor, staff_id: int, deputy_id: int, *, first_on: date, last_on: date) -> Deputy:
    """Let a colleague act for a member between two days, both included.

    What is the member's counts as the deputy's own, cards and messages meant for the member go to the deputy, and they
    decide approvals in the member's seat. Four eyes stay: nobody decides what they made, whoever they stand in for.

    Raises:
        DeputyNotFit: the colleague does not work here, is the member, holds none of their posts in the same store nor
            can decide for somebody who is alone in theirs, or the days are past or in the wrong order.
        DeputyAlready: somebody stands in on one of these days.
    """
    async with database.transaction():
        staff = await Staff.get_or_none(id=staff_id, is_active=True)
        if staff is None:
            raise NotFound
        authorise(actor, "staff.stand_in", subject(store_id=staff.store_id))
        is_colleague = await Staff.exists(id=deputy_id, is_active=True)
        if deputy_id == staff_id or not is_colleague or last_on < first_on or last_on < clock.today():
            raise DeputyNotFit
        if not await _shares_post(staff_id, deputy_id) and not await _decides_for(staff, deputy_id):
            raise DeputyNotFit
        try:
            async with database.savepoint():
                made = await Deputy.create(
                    staff_id=staff_id,
                    deputy_id=deputy_id,
                    first_on=first_on,
                    last_on=last_on,
                    named_by_id=actor.id,
                    named_at=clock.now(),
                )
        except IntegrityError as error:
            raise DeputyAlready from error
        await record(
            DeputyNamed(
                actor=str(actor),
                store_id=staff.store_id,
                staff_id=staff.id,
                userid=staff.userid,
                staff_name=staff.name,
                deputy_id=deputy_id,
                first_on=first_on.isoformat(),
                last_on=last_on.isoformat(),
            )
        )
        days = f"{first_on}–{last_on}"
        await audit.note(actor, "staff.name_deputy", Ref("staff", staff.id), deputy_id=deputy_id, days=days)
        return made


async def _shares_post(staff_id: int, deputy_id: int) -> bool:
    theirs = {(row.role, row.store_id) for row in await StaffRole.filter(staff_id=staff_id)}
    return bool(theirs & {(row.role, row.store_id) for row in await StaffRole.filter(staff_id=deputy_id)})


async def _decides_for(staff: Staff, deputy_id: int) -> bool:
    """A manager who is alone in their post has nobody of the same: a colleague of the store who approves, too, may."""
    if await database.fetch_value(_HAS_PEER, staff.id) or not await Staff.exists(id=deputy_id, store_id=staff.store_id):
        return False
    return all([may_ever(await staff_actor(one), "approvals.decide") for one in (staff.id, deputy_id)])


async def end(actor: Actor, stand_in_id: int) -> None:
    """The member is back, or somebody else stands in. Twice is as once.

    Raises:
        NotFound: there is none with this id.
    """
    async with database.transaction():
        held = await Deputy.select_for_update().get_or_none(id=stand_in_id)
        if held is None:
            raise NotFound
        staff = await Staff.get(id=held.staff_id)
        authorise(actor, "staff.stand_in", subject(store_id=staff.store_id))
        if held.ended_at is not None:
            return
        held.ended_at = clock.now()
        await held.save(update_fields=["ended_at"])
        await record(
            DeputyEnded(
                actor=str(actor),
                store_id=staff.store_id,
                staff_id=staff.id,
                userid=staff.userid,
                staff_name=staff.name,
                deputy_id=held.deputy_id,
                first_on=held.first_on.isoformat(),
                last_on=held.last_on.isoformat(),
            )
        )
        await audit.note(actor, "staff.end_deputy", Ref("staff", staff.id), deputy_id=held.deputy_id)
