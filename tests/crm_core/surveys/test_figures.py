"""Which complaints are late, and how many steps of those opened in some days were in time; a real database."""

from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.surveys import complaints, figures, queries
from crm_core.surveys.models import Complaint
from crm_core.surveys.rules import ComplaintsShown, ComplaintState
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_the_list_shows_what_is_late_and_the_figures_what_was_in_time():
    await clock.set_to(make.slot(9, 30))
    store = await make.make_store(advisors=0)
    manager, customer = await make.acting(Role.SVM, store), await make.make_customer(store)
    complaint = await complaints.open_complaint(
        manager,
        about=None,
        source="到店提出",
        store_id=store.id,
        customer_id=customer.id,
        vehicle_id=(await make.make_vehicle(customer)).id,
        repair_order_id=None,
        advisor_id=None,
        body="没人管",
    )
    await clock.advance(timedelta(minutes=30))
    await complaints.acknowledge(manager, complaint.id)
    today = clock.today()
    assert (await queries.complaints_of_store(manager, store.id, ComplaintsShown.LATE)).items == []
    await clock.advance(timedelta(hours=3))
    late = await queries.complaints_of_store(manager, store.id, ComplaintsShown.LATE)
    assert [row.id for row in late.items] == [complaint.id]
    found = await figures.of_store(manager, store.id, today, today)
    assert (found.opened, found.answer_due, found.answered_in_time) == (1, 1, 1)
    assert (found.plan_due, found.planned_in_time, found.resolve_due, found.unresolved) == (1, 0, 0, 1)
    await Complaint.filter(id=complaint.id).update(state=ComplaintState.CLOSED)
    closed = await queries.complaints_of_store(manager, store.id, ComplaintsShown.CLOSED)
    assert ([row.id for row in closed.items], closed.next_cursor) == ([complaint.id], None)
