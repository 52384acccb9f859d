"""Whether what a card says of a request is still so."""

from crm_core.messaging.conditions import Said, condition
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import PrivacyRequestState


@condition
async def privacy_request_stands(said: Said) -> bool:
    """It is not answered, and not taken back."""
    return await PrivacyRequest.filter(id=said.matter_id, state=PrivacyRequestState.RECEIVED).exists()
