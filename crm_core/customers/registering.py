"""A stranger at the desk becomes a customer: the advisor files name and phone."""

from crm_core.customers import people
from crm_core.customers.events import CustomerRegistered
from crm_core.customers.identities import Newcomer, create, read_phone
from crm_core.customers.models import Source
from crm_core.customers.service import read_name
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from foundation import database
from foundation.events import record


async def register(actor: Actor, *, name: str, phone: str, store_id: int) -> int:
    """The customer of this name and phone, made if the actor knows of none; the phone is filed, not verified.

    Two persons may share a phone, and a name; a record with both that the actor may edit is the same person.

    Raises:
        NameNotAccepted, PhoneNotAccepted: the text is no name or phone number.
    """
    spelled, number = read_name(name), read_phone(phone)
    async with database.transaction():
        authorise(actor, "customers.edit", subject(store_id=store_id))
        # A second tap waits here and finds the first one's customer.
        await database.advisory_lock(f"register:{number}")
        known_id = await _known(actor, spelled, number)
        if known_id is not None:
            return known_id
        customer_id = await create(Newcomer(Source.WALK_IN, spelled, store_id, number, actor.id))
        await record(CustomerRegistered(actor=str(actor), customer_id=customer_id, store_id=store_id))
        return customer_id


async def _known(actor: Actor, name: str, phone: str) -> int | None:
    for person in await people.called(name, phone):
        if is_allowed(actor, "customers.edit", await people.scope(person)):
            return person.id
    return None
