"""Page O11 我的 needs one read only."""

from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_one_read_gives_the_page_of_the_account(web: Web):
    shop = await make_workshop()
    mine = await web.signed_in(shop.owner)
    page = (await mine.get("/account")).json()
    assert page["customer_id"] == shop.customer.id
    assert [car["id"] for car in page["vehicles"]] == [shop.vehicle.id]
    assert shop.vehicle.vin not in str(page)
    assert page["binding_requests"] == []
    assert {**page, **(await mine.get("/me")).json()} == page
