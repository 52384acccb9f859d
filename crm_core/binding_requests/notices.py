"""The card to the advisors who have to check a binding request."""

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import close_card, say
from crm_core.vehicles.models import Binding
from foundation.refs import Ref


async def ask_advisors(binding: Binding, *, is_contested: bool) -> None:
    """Send a card that opens the request to the applicant's own advisor if they have one in the store, else to all of
    the store's advisors.
    """
    if binding.store_id is None:
        return
    customer = await Customer.get(id=binding.customer_id)
    team = await staff_with_role(Role.SA, binding.store_id)
    for staff_id in [customer.advisor_id] if customer.advisor_id in team else team:
        await say(
            "binding_request",
            {"customer_name": customer.name, "submitted_at": binding.requested_at, "vin_tail": binding.vin_last6[-4:]},
            staff_id=staff_id,
            about=Ref("binding", binding.id),
            version=binding.version,
            dedupe_key=f"binding:{binding.id}:{staff_id}",
            variant=_variant(binding, is_contested),
        )


async def close_cards(binding: Binding, outcome: str, who: str) -> None:
    """Update the cards with the outcome of the binding request."""
    await close_card(Ref("binding", binding.id), "binding_request", outcome, who)


def _variant(binding: Binding, is_contested: bool) -> str:
    if binding.how == "licence":
        return "licence_contested" if is_contested else "licence"
    return "contested"
