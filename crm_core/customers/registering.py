"""Registering a new customer at the desk by name and phone."""

from crm_core.customers import people
from crm_core.customers.events import CustomerRegistered
from crm_core.customers.identities import Newcomer, create, read_phone
from crm_core.customers.models import Source
from crm_core.customers.service import read_name
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from foundation import database
from foundation.events import record


async def register(actor: Actor, *, name: str, phone: str, store_id: int, is_company: bool = False) -> int:
    """The id of the customer with this name and phone, who is created if the actor may edit none such.

    Two people may share a phone or a name, but a record with both counts as the same person. The phone is not verified.

    Raises:
        NameNotAccepted, PhoneNotAccepted: the text is not a name or phone number.
    """
    spelled, number = read_name(name), read_phone(phone)
    async with database.transaction():
        authorise(actor, "customers.edit", subject(store_id=store_id))
        # If the button is pressed twice, the second request waits here and then finds the first one's customer.
        await database.advisory_lock(f"register:{number}")
        known_id = await _known(actor, spelled, number)
        if known_id is not None:
            return known_id
        customer_id = await create(Newcomer(Source.WALK_IN, spelled, store_id, number, actor.id, is_company))
        await record(CustomerRegistered(actor=str(actor), customer_id=customer_id, store_id=store_id))
        return customer_id


async def _known(actor: Actor, name: str, phone: str) -> int | None:
    for person in await people.called(name, phone):
        if is_allowed(actor, "customers.edit", await people.scope(person)):
            return person.id
    return None
