"""Registering a new customer at the desk by name and phone."""

from crm_core.customers import people
from crm_core.customers.events import CustomerRegistered
from crm_core.customers.identities import Newcomer, create, read_phone
from crm_core.customers.models import Source
from crm_core.customers.service import read_name
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.dealerships.role import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.dealerships.stores import store_of
from foundation import database
from foundation.events import record


async def register(
    actor: Actor, *, name: str, phone: str, store_id: int, is_company: bool = False, source: Source = Source.WALK_IN
) -> int:
    """The id of the customer with this name and phone, who is created if there is none within the actor's reach.

    Two people may share a phone or a name, but a record with both counts as the same person. The phone is not verified.

    Raises:
        NameNotAccepted, PhoneNotAccepted: the text is not a name or phone number.
        StoreNotFound.
    """
    spelled, number = read_name(name), read_phone(phone)
    async with database.transaction():
        authorise(actor, "customers.file", subject(store_id=store_id))
        await store_of(store_id)
        # If the button is pressed twice, the second request waits here and then finds the first one's customer.
        await database.advisory_lock(f"register:{number}")
        known_id = await _known(actor, spelled, number)
        if known_id is not None:
            return known_id
        # Customer care, too, files people for a store, but they get an advisor there only by coming.
        advisor_id = actor.id if actor.id in await staff_with_role(Role.SA, store_id) else None
        customer_id = await create(Newcomer(source, spelled, store_id, number, advisor_id, is_company))
        await record(CustomerRegistered(actor=str(actor), customer_id=customer_id, store_id=store_id))
        return customer_id


async def _known(actor: Actor, name: str, phone: str) -> int | None:
    for person in await people.called(name, phone):
        if is_allowed(actor, "customers.file", await people.scope(person)):
            return person.id
    return None
