"""O10: a card's gift says why it came, and what the car could be booked for once it is taken."""

from datetime import date

from campaigns import offers
from campaigns.broadcasts.models import Recipient, SendTask
from campaigns.contact_ways.models import ClaimTicket, ContactWay
from campaigns.contact_ways.rules import ContactWayState
from campaigns.measuring import Cohort
from campaigns.offers import Opened
from crm_core.coupons.claiming import Offer
from crm_core.customers import consents
from crm_core.customers.models import Customer, Purpose, Source
from crm_core.dealerships.models import Role, Staff
from foundation import clock
from tests import factories as make
from tests.campaigns.broadcasts.house import make_house
from tests.checkout import make_template
from tests.fixtures.web import Web


async def test_a_welcome_gift_says_so_and_offers_times_and_another_owner_sees_nothing(web: Web):
    await clock.set_to(make.slot(6))
    store = await make.make_store()
    await make.make_service_item()
    consultant = await make.make_staff(Role.SC, store, name="王芳")
    customer = await make.make_customer(store)
    await make.make_vehicle(customer, home_store_id=store.id)
    template = await make_template(is_new_friend_gift=True)
    way = await ContactWay.create(
        name="展厅海报",
        token="hall",
        staff_id=consultant.id,
        store_id=store.id,
        source=Source.WECOM_ADD,
        state=ContactWayState.READY,
        created_at=clock.now(),
        created_by=consultant.id,
    )
    await ClaimTicket.create(
        token="t" * 24,
        customer_id=customer.id,
        contact_way_id=way.id,
        coupon_template_id=template.id,
        coupon_name=template.name,
        issued_at=clock.now(),
    )
    phone = await web.signed_in(make.acting_owner(customer))
    gift = (await phone.get(f"gifts/{'t' * 24}")).json()
    assert (gift["state"], gift["from_name"]) == ("open", "王芳")
    assert gift["why"] == "您加了门店顾问的企业微信，这是见面礼。"
    assert (gift["booking"]["store_id"], len(gift["booking"]["slots"])) == (store.id, 3)
    wanted = {"store_id": store.id, "item_ids": [gift["booking"]["item_id"]]}
    vehicle_id = (await phone.get("vehicles")).json()[0]["id"]
    slot = {"vehicle_id": vehicle_id, "starts_at": gift["booking"]["slots"][0]}
    assert (await phone.post("appointments", json=wanted | slot)).status_code == 201
    assert (await phone.get(f"gifts/{'t' * 24}")).json()["booking"] is None
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000022")))
    assert (await stranger.get(f"gifts/{'t' * 24}")).status_code == 404


async def test_a_broadcasts_gift_names_the_visit_and_the_consent_or_nothing(database: None):
    store = await make.make_store(advisors=0)
    customer = await make.make_customer(store, last_visit_on=date(2026, 3, 10))
    owner = make.acting_owner(customer)
    found = Opened(Offer(template_id=1, source="campaign"), None, store.id)
    assert await offers.why(owner, found) is None
    await clock.set_to(make.slot(10))
    await consents.give_consent(owner, customer.id, Purpose.MARKETING_WECOM, text_version="v1", how="mini_program")
    why = await offers.why(owner, found)
    assert why == "您在 深圳南山店 保养过，上次 2026年3月10日，并在 2026年11月23日 同意接收企微优惠。"
    await Customer.filter(id=customer.id).update(last_visit_on=None)
    assert await offers.why(owner, found) is None


async def test_a_broadcast_without_a_coupon_leads_to_booking(web: Web):
    house = await make_house(8)
    broadcast = await house.running(coupon_template_id=None)
    person = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED).order_by("id").first()
    assert person is not None
    sent = await SendTask.get(broadcast_id=broadcast.id, staff_id=person.staff_id, number=person.task_number)
    phone = await web.signed_in(make.acting_owner(await Customer.get(id=person.customer_id)))
    gift = (await phone.get(f"gifts/{sent.token}")).json()
    sender = await Staff.get(id=person.staff_id)
    assert (gift["state"], gift["name"], gift["from_name"]) == ("no_coupon", "", sender.name)
    assert (await phone.post(f"gifts/{sent.token}/claim", json={})).status_code == 404
