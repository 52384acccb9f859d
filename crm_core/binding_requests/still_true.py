"""Whether a binding request that advisors are asked about still waits."""

from crm_core.messaging.conditions import Said, condition
from crm_core.vehicles.models import Binding, BindingState


@condition
async def binding_stands(said: Said) -> bool:
    """Nobody has decided it yet."""
    return await Binding.filter(id=said.matter_id, state=BindingState.PENDING).exists()
