"""退钱给客户: what was not paid by WeChat is given back by a person at the desk, who is not the one who approved it.

An approved refund is owed until then: nothing is booked, and the bill shows it as not refunded.
"""

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments import refunds, shifts
from crm_core.payments.errors import NotToPayOut, PaidOutByApprover, PayOutReferenceMissing, RefundNotFound
from crm_core.payments.models import Payment, Refund
from crm_core.payments.rules import BY_HAND, Method
from foundation import database
from foundation.refs import Ref


async def pay_out(actor: Actor, refund_id: int, method: Method, reference: str = "") -> Refund:
    """付出: the desk gave the money of an approved refund back. From now on, and not before, it counts as refunded.

    Raises:
        RefundNotFound, NotAllowed.
        NotToPayOut: it is not approved, was paid out already, or goes back by the platform.
        PaidOutByApprover, PayOutReferenceMissing.
    """
    known = await Refund.get_or_none(id=refund_id)
    authorise(actor, "refunds.pay_out", subject(store_id=known.store_id if known else None))
    if known is None:
        raise RefundNotFound
    if method is not Method.CASH and not reference.strip():
        raise PayOutReferenceMissing
    async with database.transaction():
        await database.advisory_lock(f"money:{known.about}")
        refund = await Refund.select_for_update().get(id=known.id)
        payment = await Payment.get(id=refund.payment_id)
        if not refunds.is_paid_out_by_hand(refund, payment) or method not in BY_HAND:
            raise NotToPayOut(state=refund.state.value)
        if refund.approved_by_id == actor.id:
            raise PaidOutByApprover
        refund.paid_out_by_id, refund.paid_out_method = actor.id, method
        refund.paid_out_reference = reference.strip()
        refund.shift_id = await shifts.current(actor, refund.store_id)
        await refunds.succeed(str(actor), refund, payment)
        await audit.note(
            actor, "refunds.pay_out", Ref("refund", refund.id), reason=refund.reason, fen=refund.amount_fen
        )
        return refund
