"""Numbers colleagues noted in WeCom, on the customer's page."""

from crm_core.customers.models import Customer, ProposedPhone
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make


async def test_a_proposed_number_is_shown_masked_and_taken_or_refused_on_the_page(desk):
    store = await make.make_store(advisors=0)
    wang = await make.make_staff(Role.SC, store, name="王芳")
    advisor = await make.acting(Role.SA, store)
    customer = await make.make_customer(store, advisor_id=advisor.id)
    first, second = [
        await ProposedPhone.create(customer_id=customer.id, staff_id=wang.id, phone=phone, proposed_at=clock.now())
        for phone in ("13912345678", "13912345679")
    ]
    page = await desk.get(advisor, f"/customers/{customer.id}")
    shown = [(row["id"], row["phone"], row["by"]) for row in page["proposed_phones"]]
    assert shown == [(first.id, "139****5678", "王芳"), (second.id, "139****5679", "王芳")]

    assert (await desk.ask(advisor, "POST", f"/proposed-phones/{first.id}/acceptance")).status_code == 204
    assert (await desk.ask(advisor, "POST", f"/proposed-phones/{second.id}/refusal")).status_code == 204
    again = await desk.ask(advisor, "POST", f"/proposed-phones/{second.id}/acceptance")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "proposal_decided")
    kept = await Customer.get(id=customer.id)
    assert (kept.phone, kept.phone_verified_at) == ("13912345678", None)
    assert (await desk.get(advisor, f"/customers/{customer.id}"))["proposed_phones"] == []

    technician = await make.acting(Role.TEC, store)
    assert (await desk.ask(technician, "POST", f"/proposed-phones/{first.id}/refusal")).status_code == 403
