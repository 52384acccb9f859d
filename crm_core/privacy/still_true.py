"""Whether what a message says about a request, or about the audit log, is still true."""

from crm_core.dealerships import audit_checking
from crm_core.messaging.conditions import Said, condition
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import ANSWERED, PrivacyRequestState


@condition
async def privacy_request_stands(said: Said) -> bool:
    """The request is neither answered nor withdrawn."""
    return await PrivacyRequest.filter(id=said.matter_id, state=PrivacyRequestState.RECEIVED).exists()


@condition
async def privacy_answer_stands(said: Said) -> bool:
    """The request is still answered as the notice says: an agreed deletion may have been taken back or carried out."""
    asked = await PrivacyRequest.get_or_none(id=said.matter_id)
    return asked is not None and ANSWERED.get(asked.state) == said.variant


@condition
async def audit_is_broken(said: Said) -> bool:
    """The last look still found the log broken."""
    return await audit_checking.is_broken()
