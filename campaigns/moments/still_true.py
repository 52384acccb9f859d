"""Whether what a waiting card says about a Moment is still true."""

from campaigns.moments.models import CorpMoment, MomentPart
from campaigns.moments.rules import MomentState, PartState
from crm_core.messaging.conditions import Said, condition


@condition
async def moment_part_waits(said: Said) -> bool:
    """The member can publish it and has not."""
    part = await MomentPart.get_or_none(id=said.matter_id)
    return (
        part is not None
        and part.state is PartState.WAITING
        and await CorpMoment.exists(id=part.moment_id, state=MomentState.RUNNING)
    )


@condition
async def moment_failure_stands(said: Said) -> bool:
    """Nobody has changed it since WeCom did not take it."""
    return await CorpMoment.exists(id=said.matter_id, version=said.version, state=MomentState.FAILED)
