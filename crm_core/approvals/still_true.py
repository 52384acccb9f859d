"""Whether what a waiting card says about a request is still so."""

from crm_core.approvals.models import Approval
from crm_core.approvals.notices import VARIANTS
from crm_core.approvals.rules import ApprovalState
from crm_core.messaging.conditions import Said, condition


@condition
async def approval_stands(said: Said) -> bool:
    """Asked: it still waits, at the version the card decides. Answered: that is the answer."""
    approval = await Approval.get_or_none(id=said.matter_id)
    if approval is None:
        return False
    if said.template == "approval_request":
        return approval.state is ApprovalState.PENDING and approval.version == said.version
    return VARIANTS.get(approval.state) == said.variant
