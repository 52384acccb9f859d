"""Whether what the notice says about a car is still true."""

from campaigns.channels import subscribe_mass
from campaigns.waking.loop import noticing
from crm_core.messaging.conditions import Said, condition


@condition
async def service_is_due(said: Said) -> bool:
    """The car's service is due, and it is its owner's turn to be told, or a campaign tells them."""
    return await noticing.still_due(said.matter_id) or await subscribe_mass.still_due(said.matter_id)
