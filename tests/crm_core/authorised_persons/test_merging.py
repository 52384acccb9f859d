"""When two records become one person, the authorisations given and received by either belong to that person."""

from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import PersonState
from crm_core.customers.merging import merge, undo_merge
from crm_core.dealerships.actors import system
from tests import factories as make
from tests.crm_core.authorised_persons.family import Family


async def test_it_follows_both_people_when_records_are_merged_and_nobody_authorises_themselves(family: Family):
    person_id = await family.accepted(2_000_00)
    kept = await make.make_customer(name="王芳")
    merge_id = await merge(system("test"), kept.id, family.wife.id, reason="same person")
    assert (await AuthorisedPerson.get(id=person_id)).customer_id == kept.id
    await undo_merge(system("test"), merge_id, reason="not the same")
    assert (await AuthorisedPerson.get(id=person_id)).customer_id == family.wife.id
    merge_id = await merge(system("test"), family.shop.customer.id, family.wife.id, reason="same person")
    assert (await AuthorisedPerson.get(id=person_id)).end_reason == f"merge:{merge_id}"
    await undo_merge(system("test"), merge_id, reason="not the same")
    again = await AuthorisedPerson.get(id=person_id)
    assert (again.state, again.owner_id, again.customer_id) == (
        PersonState.ACTIVE,
        family.shop.customer.id,
        family.wife.id,
    )
