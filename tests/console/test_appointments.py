"""The desk's appointments over HTTP: what each role sees of the owner, and what no day or instant may be."""

import pytest

from crm_core.appointments import booking
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web
from tests.workshop import make_workshop

PLAIN_NAME, MASKED_NAME = "张伟明", "张*"
PLAIN_PLATE, MASKED_PLATE = "粤BD1245", "粤B·D**45"


@pytest.mark.parametrize(
    ("role", "name", "plate"),
    [
        (Role.SA, PLAIN_NAME, PLAIN_PLATE),
        (Role.WC, MASKED_NAME, PLAIN_PLATE),
        (Role.CRC, PLAIN_NAME, MASKED_PLATE),
        (Role.DCC, PLAIN_NAME, MASKED_PLATE),
        (Role.GM, PLAIN_NAME, MASKED_PLATE),
        (Role.GRP, MASKED_NAME, MASKED_PLATE),
    ],
)
async def test_an_appointment_shows_of_its_owner_what_their_own_page_shows(web: Web, role: Role, name: str, plate: str):
    await clock.set_to(make.slot(7))
    store = await make.make_store()
    item = await make.make_service_item()
    customer = await make.make_customer(store, name=PLAIN_NAME)
    vehicle = await make.make_vehicle(customer, plate=PLAIN_PLATE)
    booked = await booking.book(
        make.acting_owner(customer),
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[item.id],
        starts_at=make.slot(9, 30),
    )
    client = await web.signed_in(await make.acting(role, None if role is Role.GRP else store))
    page = (await client.get(f"appointments/{booked.id}")).json()
    (row,) = (await client.get("appointments", params={"store_id": store.id, "day": "2026-11-23"})).json()
    (waiting,) = (await client.get("appointments/waiting", params={"store_id": store.id})).json()
    assert {(seen["customer_name"], seen["plate"]) for seen in (page, row, waiting)} == {(name, plate)}


@pytest.mark.parametrize("role", [Role.FIN, Role.GM, Role.GRP])
async def test_bills_hide_the_plate_and_by_role_the_name(web: Web, role: Role):
    counter = await make_checkout()
    bill = await counter.sent()
    client = await web.signed_in(await make.acting(role, None if role is Role.GRP else counter.store))
    page = (await client.get(f"bills/{bill.id}")).json()
    rows = (await client.get("bills", params={"store_id": counter.store.id})).json()
    name = counter.customer.name if role is Role.GM else "张*"
    for seen in (page, *rows):
        assert seen["customer_name"] == name
        assert seen["plate"] not in (counter.vehicle.plate, "")
        assert "*" in seen["plate"]
    own = (await (await web.signed_in(counter.cashier)).get(f"bills/{bill.id}")).json()
    assert (own["customer_name"], own["plate"]) == (counter.customer.name, counter.vehicle.plate)


async def test_a_consultant_reads_what_hangs_on_their_own_customers_only_and_no_workshop_money(web: Web):
    shop = await make_workshop()
    order = await shop.estimated()
    own = await make.acting(Role.SC, shop.store, name="王芳")
    other = await make.acting(Role.SC, shop.store, name="别人")
    shop.customer.consultant_id = own.id
    await shop.customer.save()
    paths = [f"repair-orders/{order.id}", f"customers/{shop.customer.id}", f"customers/{shop.customer.id}/coupons"]
    consultant, stranger = await web.signed_in(own), await web.signed_in(other)
    for path in paths:
        assert (await consultant.get(path)).status_code == 200, path
        assert (await stranger.get(path)).status_code == 403, path
    page = (await consultant.get(paths[0])).json()
    assert page["totals_fen"] is None
    assert {line["labour_fen"] for line in page["lines"]} == {None}
    assert (await consultant.get(paths[1])).json()["spend_fen"] is None
    for board in ("workshop/day", "workshop/bays", "reception/places", "appointments/waiting"):
        assert (await consultant.get(board, params={"store_id": shop.store.id})).status_code == 403, board


async def test_days_and_instants_out_of_this_century_are_a_mistake_of_the_request(web: Web):
    shop = await make_workshop()
    order = await shop.inspected()
    desk = await web.signed_in(shop.advisor)
    for day in ("0001-01-01", "9999-12-31"):
        for path in ("appointments", "workshop/day", "reception/places"):
            answer = await desk.get(path, params={"store_id": shop.store.id, "day": day})
            assert answer.status_code == 422, (path, day)
    for instant in ("2026-11-23T11:30:00", "9999-12-31T23:59:59Z"):
        lines = [{"item_id": shop.service.id}]
        for path, body in (
            ("estimate", {"lines": lines, "promised_finish_at": instant}),
            ("promise", {"promised_finish_at": instant, "reason": "等"}),
        ):
            assert (await desk.post(f"repair-orders/{order.id}/{path}", json=body)).status_code == 422, (path, instant)
