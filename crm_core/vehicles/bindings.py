"""Which mini-program accounts are bound to a car; how an account becomes bound is told in `binding_requests`."""

from crm_core.vehicles.models import Binding, BindingRole, BindingState


async def is_bound(*, vehicle_id: int, customer_id: int, role: BindingRole | None = None) -> bool:
    """Whether the customer's account is bound to the car, in `role` if given."""
    bound = Binding.filter(vehicle_id=vehicle_id, customer_id=customer_id, state=BindingState.BOUND)
    return await (bound.filter(role=role) if role else bound).exists()
