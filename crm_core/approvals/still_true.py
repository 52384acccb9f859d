"""Whether what a waiting card says about a request is still true."""

from crm_core.approvals.models import Approval
from crm_core.approvals.notices import VARIANTS
from crm_core.approvals.rules import ApprovalState
from crm_core.messaging.conditions import Said, condition


@condition
async def approval_stands(said: Said) -> bool:
    """A card that asks is true while the request is pending with the version on the card. A card with the answer is
    true if that is how the request ended.
    """
    approval = await Approval.get_or_none(id=said.matter_id)
    if approval is None:
        return False
    if said.template == "approval_request":
        return approval.state is ApprovalState.PENDING and approval.version == said.version
    return VARIANTS.get(approval.state) == said.variant
