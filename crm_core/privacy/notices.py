"""The card to the officers for personal data."""

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import everybody_with_role
from crm_core.messaging.service import say
from crm_core.privacy.models import PrivacyRequest
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
