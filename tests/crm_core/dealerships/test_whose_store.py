"""A colleague with the same role in another store is refused, verb by verb."""

from collections.abc import Awaitable, Callable

import pytest

from app.wiring import wire
from campaigns.contact_ways import service as contact_ways
from crm_core.coupons import issuing, queries, templates
from crm_core.customers import listing
from crm_core.customers.models import Customer, Source
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Staff, Store
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import make_template

pytestmark = pytest.mark.usefixtures("database")
Verb = Callable[[Actor, Store, Store], Awaitable[object]]
"""Gets who acts, the store of the thing, and their own."""


async def _issue(actor: Actor, store: Store, _: Store) -> None:
    template = await make_template(store_ids=[store.id])
    await issuing.issue_many(actor, template.id, [], source="gift", source_ref="1")


async def _submit(actor: Actor, store: Store, _: Store) -> None:
    template = await make_template(store_ids=[store.id], state="DRAFT", created_by_id=None)
    await templates.submit(actor, template.id, expected_version=template.version)


async def _pause(actor: Actor, store: Store, _: Store) -> None:
    await templates.move(actor, (await make_template(store_ids=[store.id])).id, "pause")


async def _read_coupons(actor: Actor, store: Store, _: Store) -> None:
    customer: Customer = await make.make_customer(store)
    await queries.of_customer(actor, customer.id)


async def _plan_code(actor: Actor, store: Store, own: Store) -> None:
    seller: Staff = await make.make_staff(Role.SC, store)
    await contact_ways.create(actor, name="海报", staff_id=seller.id, source=Source.SHOW, store_id=own.id)


VERBS: list[tuple[Role, Verb]] = [
    (Role.SVM, _issue),
    (Role.MKT, _submit),
    (Role.MKT, _pause),
    (Role.SA, _read_coupons),
    (Role.MKT, _plan_code),
]


@pytest.mark.parametrize(("role", "verb"), VERBS)
async def test_the_same_role_in_another_store_may_not(role: Role, verb: Verb):
    wire()
    theirs, own = await make.make_store(), await make.make_store()
    with pytest.raises(NotAllowed):
        await verb(await make.acting(role, own), theirs, own)


async def test_colleagues_to_choose_from_are_those_of_the_stores_the_role_reaches():
    theirs, own = await make.make_store(), await make.make_store()
    await make.make_staff(Role.SA, theirs, name="别店")
    await make.make_staff(Role.SA, own, name="本店")
    names = {row["name"] for row in await listing.caretakers(await make.acting(Role.GM, own))}
    assert "本店" in names
    assert "别店" not in names
