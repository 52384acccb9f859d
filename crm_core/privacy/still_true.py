"""Whether what a card says about a request is still true."""

from crm_core.messaging.conditions import Said, condition
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import PrivacyRequestState


@condition
async def privacy_request_stands(said: Said) -> bool:
    """The request is neither answered nor withdrawn."""
    return await PrivacyRequest.filter(id=said.matter_id, state=PrivacyRequestState.RECEIVED).exists()
