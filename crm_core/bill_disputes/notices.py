"""Who is told of a disputed line: the service managers and the person who made the bill get a card, the general
managers when the answer is late, and the owner gets the answer.
"""

from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import DisputeState
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import say
from foundation.refs import Ref


async def ask_for_answer(dispute: BillDispute, *, made_by_id: int) -> None:
    """Send the service managers and the person who made the bill a card with the line, the reason and the due time."""
    managers = await staff_with_role(Role.SVM, dispute.store_id)
    await _tell(dispute, "raised", [*managers, made_by_id])


async def tell_it_is_late(dispute: BillDispute) -> None:
    """Send a card, once, to the general managers and the member who took up the dispute."""
    taken_by = [] if dispute.handled_by_id is None else [dispute.handled_by_id]
    await _tell(dispute, "overdue", [*await staff_with_role(Role.GM, dispute.store_id), *taken_by])


async def _tell(dispute: BillDispute, variant: str, staff: list[int]) -> None:
    customer = await Customer.get(id=dispute.customer_id)
    for staff_id in dict.fromkeys(staff):
        await say(
            "bill_disputed",
            {
                "customer_name": customer.name,
                "job": dispute.name,
                "amount_fen": dispute.amount_fen,
                "complaint": dispute.reason,
                "due_at": dispute.due_at,
            },
            staff_id=staff_id,
            about=Ref("bill_dispute", dispute.id),
            dedupe_key=f"bill_dispute:{dispute.id}:{variant}:{staff_id}",
            variant=variant,
        )


async def tell_owner(dispute: BillDispute) -> None:
    """Send the answer to the owner."""
    assert dispute.ended_at is not None
    await say(
        "request_answered",
        {"handled_at": dispute.ended_at, "answer": dispute.answer},
        customer_id=dispute.customer_id,
        about=Ref("bill", dispute.bill_id),
        dedupe_key=f"bill_dispute:{dispute.id}:{dispute.state.value}",
        variant="dispute_corrected" if dispute.state is DisputeState.CORRECTED else "dispute_upheld",
    )
