"""补偿: a coupon given for what went wrong, by the verb that gives any coupon, noted in the complaint's history.

Goodwill 善意 is given on the repair order's own lines, with its own limits and approval (`repair_orders.goodwill`).
"""

from crm_core.coupons import issuing
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.surveys import complaints
from crm_core.surveys.models import Complaint
from foundation import database
from foundation.refs import Ref


async def give_coupon(actor: Actor, complaint_id: int, template_id: int, *, expected_version: int) -> Complaint:
    """Give the owner who complained a coupon; it waits to be claimed, as every gift does.

    Raises:
        ComplaintNotFound, NotAllowed, SameHands, StaleVersion, ComplaintIsClosed.
        NotGivenHere, SoldOut, NotOnOffer, LimitReached, TemplateNotFound.
    """
    async with database.transaction():
        template = await CouponTemplate.get_or_none(id=template_id)
        words = f"送券「{template.name}」" if template is not None else ""
        complaint = await complaints.note_amends(actor, complaint_id, words, expected_version=expected_version)
        await issuing.gift(actor, template_id, complaint.customer_id)
        await audit.note(actor, "complaints.give_coupon", Ref("complaint", complaint.id), reason=words)
        return complaint
