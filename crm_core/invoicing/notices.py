"""Who is told of a request for an invoice: cashiers get a card, their managers when it is overdue, the owner at its
end.
"""

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import everybody_with_role, staff_with_role
from crm_core.invoicing.models import InvoiceRequest
from crm_core.invoicing.rules import InvoiceState
from crm_core.messaging.service import say
from foundation.refs import Ref


async def ask_to_issue(request: InvoiceRequest) -> None:
    """Send a card to each cashier of the store, or to finance if the store has no cashier."""
    staff = await staff_with_role(Role.CSH, request.store_id) or await staff_with_role(Role.FIN, request.store_id)
    await _tell(request, "asked", staff)


async def tell_it_is_late(request: InvoiceRequest) -> None:
    """Send a card, once, to finance and the service managers; the cashiers got theirs before."""
    finance = await everybody_with_role(Role.FIN, request.store_id)
    await _tell(request, "overdue", [*finance, *await staff_with_role(Role.SVM, request.store_id)])


async def _tell(request: InvoiceRequest, variant: str, staff: list[int]) -> None:
    customer = await Customer.get(id=request.customer_id)
    for staff_id in dict.fromkeys(staff):
        await say(
            "invoice_requested",
            {"customer_name": customer.name, "amount_fen": request.amount_fen, "due_at": request.due_at},
            staff_id=staff_id,
            about=Ref("invoice_request", request.id),
            dedupe_key=f"invoice_request:{request.id}:{variant}:{staff_id}",
            variant=variant,
        )


async def tell_owner(request: InvoiceRequest) -> None:
    """Tell the owner that the invoice was issued, or why not."""
    assert request.ended_at is not None
    is_issued = request.state is InvoiceState.ISSUED
    await say(
        "request_answered",
        {"handled_at": request.ended_at, "answer": f"号码 {request.number}" if is_issued else request.refusal},
        customer_id=request.customer_id,
        about=Ref("bill", request.bill_id),
        dedupe_key=f"invoice_request:{request.id}:{request.state.value}",
        variant="invoice_issued" if is_issued else "invoice_refused",
    )


async def tell_it_was_taken_back(request: InvoiceRequest) -> None:
    """Tell the owner that their invoice was taken back by a red one."""
    assert request.red_at is not None
    await say(
        "request_answered",
        {"handled_at": request.red_at, "answer": "原发票已红冲，可以重新申请"},
        customer_id=request.customer_id,
        about=Ref("bill", request.bill_id),
        dedupe_key=f"invoice_request:{request.id}:{request.state.value}",
        variant="invoice_red",
    )
