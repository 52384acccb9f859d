"""What a merge of two customers does: cars and bindings of both belong to the one kept; of two bindings to the same car
the stronger one stays.
"""

from crm_core.customers.events import CustomersMerged, MergeUndone
from crm_core.customers.merging import move_rows
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from foundation import clock


async def move_cars(event: CustomersMerged) -> None:
    """Give the merged customer's cars and bindings to the one that is kept, in the transaction of the merge.

    Ended bindings never displace live ones.
    """
    await move_rows(event.merge_id, "ownership", unique_on=("vehicle_id",), live="until_on IS NULL")
    both = [event.customer_id, event.merged_id]
    live = (
        await Binding.select_for_update().filter(customer_id__in=both, state__not=BindingState.UNBOUND).order_by("id")
    )
    kept = [binding for binding in live if binding.customer_id == event.customer_id]
    for theirs in (binding for binding in live if binding.customer_id == event.merged_id):
        for own in kept:
            if _is_same(own, theirs):
                await _end(min(own, theirs, key=_worth), event.merge_id)
    await move_rows(event.merge_id, "binding")


async def part_cars(event: MergeUndone) -> None:
    """When a merge is undone, restore the binding that it ended as the weaker of two."""
    both = [event.customer_id, event.merged_id]
    ended = Binding.select_for_update().filter(customer_id__in=both, end_reason=_reason(event.merge_id))
    for binding in await ended.order_by("id"):
        binding.state = BindingState.BOUND if binding.bound_at else BindingState.PENDING
        binding.ended_at = None
        binding.end_reason = ""
        others = Binding.filter(customer_id=binding.customer_id).exclude(id=binding.id)
        if not any(_is_same(other, binding) for other in await others.exclude(state=BindingState.UNBOUND)):
            await binding.save()


def _is_same(one: Binding, other: Binding) -> bool:
    """Whether the two bindings are for the same car, so that one person may have only one of them."""
    if one.vehicle_id is not None and one.vehicle_id == other.vehicle_id:
        return True
    both_wait = one.state is BindingState.PENDING and other.state is BindingState.PENDING
    return both_wait and bool(one.vin_last6) and one.vin_last6 == other.vin_last6


def _worth(binding: Binding) -> tuple[bool, bool, int]:
    """Sort key for which of two bindings is stronger: bound over waiting, then owner over user, then the older one."""
    return binding.state is BindingState.BOUND, binding.role is BindingRole.OWNER, -binding.id


async def _end(binding: Binding, merge_id: int) -> None:
    binding.state = BindingState.UNBOUND
    binding.ended_at = clock.now()
    binding.end_reason = _reason(merge_id)
    binding.version += 1
    await binding.save()


def _reason(merge_id: int) -> str:
    return f"merge:{merge_id}"
