"""Who is told of a request: the officers for personal data by card, the person of the answer, and of a broken audit log
the officers and the administrators.
"""

from crm_core.customers.models import Customer
from crm_core.dealerships.events import AuditFoundBroken
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import everybody_with_role
from crm_core.messaging.service import say
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import ANSWERED
from foundation import clock
from foundation.refs import Ref


async def tell_officers(asked: PrivacyRequest, variant: str) -> None:
    """Send each officer who reaches this person's store a card that opens the list of requests.

    Each `variant` of the card is sent once per request.
    """
    customer = await Customer.get(id=asked.customer_id)
    for staff_id in await everybody_with_role(Role.DPO, customer.home_store_id):
        await say(
            "privacy_request",
            {
                "customer_name": customer.name,
                "subject": asked.kind.label,
                "submitted_at": asked.asked_at,
                "due_at": clock.at(asked.due_on, 18),
            },
            staff_id=staff_id,
            about=Ref("privacy_request", asked.id),
            version=asked.version,
            dedupe_key=f"privacy:{asked.id}:{variant}:{staff_id}",
            variant=variant,
        )


async def tell_person(asked: PrivacyRequest) -> None:
    """Tell the person, once for each answer, that there is one. It says nothing of the answer itself: that stands in
    the mini program, where nobody else reads it.
    """
    await say(
        "privacy_answered",
        {"asked_for": asked.kind.label, "handled_at": clock.now()},
        customer_id=asked.customer_id,
        about=Ref("privacy_request", asked.id),
        dedupe_key=f"privacy_answer:{asked.id}:{asked.state.value}",
        variant=ANSWERED[asked.state],
    )


async def tell_of_broken_audit(event: AuditFoundBroken) -> None:
    """Send each officer and administrator of the whole group a card, once for each line where the log breaks."""
    staff = [*await everybody_with_role(Role.DPO, None), *await everybody_with_role(Role.ADM, None)]
    for staff_id in dict.fromkeys(staff):
        await say(
            "audit_broken",
            {"subject": f"第 {event.line} 条起对不上", "filed_at": clock.now()},
            staff_id=staff_id,
            about=event.subject,
            dedupe_key=f"audit_broken:{event.line}:{staff_id}",
        )
