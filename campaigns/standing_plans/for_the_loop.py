"""「用默认的两个计划开始」: what the loop of waking needs so that somebody sends to those whose turn it is.

The loop sends nothing itself (decision 0038): for each way of broadcasts it takes a segment of whose turn it is, a
broadcast to them and a plan that repeats it every day. A marketer can write them by hand; this drafts them with the
shipped words and hands the plans to the approver. Nothing is sent before somebody has agreed to it.
"""

from dataclasses import dataclass
from datetime import time
from typing import Final

from campaigns.broadcasts import drafting
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.mass_channels import mass_channels
from campaigns.scope import as_list, stores_of
from campaigns.segments import service as segments
from campaigns.standing_plans import service
from campaigns.standing_plans.errors import LoopHasItsPlans
from campaigns.standing_plans.models import StandingPlan
from campaigns.standing_plans.rules import PlanState, Rhythm, Timing
from campaigns.standing_plans.service import PlanDraft
from campaigns.waking.rules import Path
from crm_core.dealerships.actors import Actor
from foundation import database
from foundation.reading import literals

EVERY_DAY_AT: Final = time(10)
BUDGET_FEN: Final = 1_000_00
"""Of one day, until the marketer says otherwise: a day's turns are some dozens of people."""
CONTROL_PERCENT: Final = 5


@dataclass(frozen=True)
class _Default:
    path: Path
    channel: str
    name: str


_DEFAULTS: Final = (_Default(Path.MASS, "WECOM_MASS", "唤醒群发"), _Default(Path.SMS, "SMS_MASS", "唤醒短信"))
_CHANNELS_WITH_PLAN: Final = (
    "SELECT DISTINCT b.channel FROM standing_plan p JOIN broadcast b ON b.id = p.pattern_id "
    f"WHERE p.state <> {literals(PlanState.ENDED)} AND b.definition::text LIKE '%waking_turn%' "
    "AND ($1::jsonb IS NULL OR p.store_ids IS NULL OR p.store_ids @> $1 OR p.store_ids <@ $1)"
)


async def draft_missing(actor: Actor) -> list[StandingPlan]:
    """Draft and submit a plan for each way that the house has and that no plan of the loop uses yet.

    Raises:
        LoopHasItsPlans: each way has one, be it only a draft.
        NobodyToApprove, NotAllowed.
    """
    stores = as_list(stores_of(actor, "campaigns.draft"))
    async with database.transaction():
        # Two who press at once: the second one finds the plans of the first.
        await database.advisory_lock("standing_plans:for_the_loop")
        taken = await database.fetch(_CHANNELS_WITH_PLAN, None if stores is None else str(stores))
        missing = {channel.name for channel in mass_channels()} - {row["channel"] for row in taken}
        made = [await _plan(actor, each) for each in _DEFAULTS if each.channel in missing]
        if not made:
            raise LoopHasItsPlans
        return made


async def _plan(actor: Actor, default: _Default) -> StandingPlan:
    turn = {"match": "all", "items": [{"field": "waking_turn", "values": [default.path.value]}]}
    segment = await segments.create(actor, name=f"轮到{default.name}", definition=turn)
    pattern = await drafting.draft(
        actor,
        BroadcastDraft(
            name=default.name,
            segment_id=segment.id,
            season_line="",
            coupon_template_id=None,
            control_percent=CONTROL_PERCENT,
            budget_fen=BUDGET_FEN,
            channel=default.channel,
        ),
    )
    wanted = PlanDraft(default.name, pattern.id, Timing(Rhythm.DAILY, EVERY_DAY_AT), BUDGET_FEN)
    plan = await service.draft(actor, wanted)
    return await service.submit(actor, plan.id, expected_version=plan.version)
