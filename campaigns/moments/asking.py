"""Reminding the members who have not published a Moment. WeCom has no reminder for Moments, so it is a card of ours."""

from datetime import datetime

from campaigns.moments import notices, rules
from campaigns.moments.models import MomentPart
from campaigns.moments.moving import locked, told
from campaigns.moments.rules import MomentPolicy, MomentState, PartState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.errors import IllegalMove
from foundation.reading import read_model


@read_model
class RemindedMembers:
    """How many were reminded; `left_out` had as many reminders today as the rules allow, or have left."""

    reminded: int
    left_out: int


async def remind(actor: Actor, moment_id: int, *, expected_version: int) -> RemindedMembers:
    """Remind everybody who has not published it.

    Raises:
        IllegalMove: nobody can publish it now.
        MomentNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        moment = await locked(actor, moment_id, "campaigns.run", expected_version)
        if moment.state is not MomentState.RUNNING:
            raise IllegalMove(current_state=moment.state.value, allowed=[])
        policy, now = await group_policy(MomentPolicy), clock.now()
        waiting = (
            await MomentPart.select_for_update().filter(moment_id=moment_id, state=PartState.WAITING).order_by("id")
        )
        reminded = 0
        for part in waiting:
            times = [datetime.fromisoformat(at) for at in part.reminded_at]
            works_here = (await Staff.get(id=part.staff_id)).is_active
            if not works_here or not rules.may_remind(times, now, policy.reminders_per_day):
                continue
            part.reminded_at = [*part.reminded_at, now.isoformat()]
            await part.save(update_fields=["reminded_at"])
            await notices.ask_to_publish(moment, part, len(part.reminded_at))
            reminded += 1
        if reminded:
            await told(actor, moment, "remind")
        return RemindedMembers(reminded=reminded, left_out=len(waiting) - reminded)
