"""The periodic job of waiting requests."""

from datetime import timedelta

from crm_core.approvals import service
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalPolicy, ApprovalState
from crm_core.policies.current import group_policy
from foundation import clock
from foundation.jobs import job

BATCH = 200


@job("approvals.follow_up")
async def follow_up() -> None:
    """Remind approvers, escalate, expire, or send a new card, for the requests that have waited long enough."""
    policy = await group_policy(ApprovalPolicy)
    since = clock.now() - timedelta(hours=policy.remind_after_hours)
    waiting = await Approval.filter(state=ApprovalState.PENDING, level_since__lte=since).order_by("id").limit(BATCH)
    for approval in waiting:
        await service.follow_up(approval.id)
