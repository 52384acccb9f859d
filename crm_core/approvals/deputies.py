"""Whoever stands in for a member also decides in their seat, if both may approve at all."""

from datetime import date

from crm_core.approvals.models import ApprovalDelegation
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.events import DeputyEnded, DeputyNamed
from crm_core.dealerships.permissions import may_ever
from foundation import clock


async def on_named(event: DeputyNamed) -> None:
    """Runs inside the transaction that names the deputy."""
    for one in (event.staff_id, event.deputy_id):
        if not may_ever(await staff_actor(one), "approvals.decide"):
            return
    await ApprovalDelegation.create(
        approver_id=event.staff_id,
        delegate_id=event.deputy_id,
        from_on=date.fromisoformat(event.first_on),
        until_on=date.fromisoformat(event.last_on),
        created_at=clock.now(),
    )


async def on_ended(event: DeputyEnded) -> None:
    """Runs inside the transaction that ends it: what was decided stays, nothing more is decided in those days."""
    await ApprovalDelegation.filter(
        approver_id=event.staff_id,
        delegate_id=event.deputy_id,
        from_on=date.fromisoformat(event.first_on),
        until_on=date.fromisoformat(event.last_on),
    ).delete()
