"""When two records are merged, the requests of either belong to the person, with the earlier deadline."""

from datetime import timedelta

from crm_core.customers.merging import merge, undo_merge
from crm_core.dealerships.actors import system
from crm_core.privacy import requesting
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import PrivacyRequestKind, PrivacyRequestState
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web


async def test_requests_follow_their_person_and_the_earlier_clock_stays(web: Web):
    assert web.port, "merges are told to the rooms once they are wired"
    customer = await make.make_customer()
    await requesting.ask(make.acting_owner(customer), PrivacyRequestKind.EXPORT)
    due = (await PrivacyRequest.get()).due_on
    await clock.advance(timedelta(days=2))
    kept = await make.make_customer(name="张伟", phone="13900001111")
    await requesting.ask(make.acting_owner(kept), PrivacyRequestKind.EXPORT)
    merge_id = await merge(system("test"), kept.id, customer.id, reason="same person")
    (own,) = await PrivacyRequest.filter(customer_id=kept.id, state=PrivacyRequestState.RECEIVED)
    assert own.due_on == due
    await undo_merge(system("test"), merge_id, reason="not the same")
    assert await PrivacyRequest.filter(customer_id=customer.id).count() == 1
