"""Whether the binding request that a waiting card is about still waits."""

from crm_core.messaging.conditions import Said, condition
from crm_core.vehicles.models import Binding, BindingState


@condition
async def binding_stands(said: Said) -> bool:
    """The request is not decided yet."""
    return await Binding.filter(id=said.matter_id, state=BindingState.PENDING).exists()
