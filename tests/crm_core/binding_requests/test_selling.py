"""When a car is sold, the rights and open matters that depended on it end."""

import httpx

from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.vehicles.models import Binding, BindingState, Ownership
from foundation import clock
from tests import factories as make
from tests.checkout import make_template
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop


async def _owner_with_a_car(web: Web) -> tuple[Workshop, httpx.AsyncClient, str]:
    shop = await make_workshop()
    return shop, await web.signed_in(shop.owner), f"/vehicles/{shop.vehicle.id}/sale"


async def test_a_sold_car_is_off_the_file_and_off_the_account(web: Web):
    shop, him, door = await _owner_with_a_car(web)
    assert (await him.post(door)).status_code == 204
    assert (await him.get("/vehicles")).json() == []
    tie = await Ownership.get(vehicle_id=shop.vehicle.id)
    assert tie.until_on == clock.today()
    assert (await Binding.get(vehicle_id=shop.vehicle.id)).state is BindingState.UNBOUND
    assert (await him.post(door)).status_code == 404


async def test_coupons_of_the_car_end_and_those_of_the_person_stay(web: Web):
    shop, him, door = await _owner_with_a_car(web)
    coupons = {}
    for number, vehicle_id in enumerate((shop.vehicle.id, None), 1):
        template = await make_template(name=f"券{number}")
        coupons[vehicle_id] = await Coupon.create(
            template_id=template.id,
            customer_id=shop.customer.id,
            person_no=1,
            vehicle_id=vehicle_id,
            vehicle_no=1 if vehicle_id else None,
            code=f"CODE{number}",
            state=CouponState.ISSUED,
            source="gift",
            issued_at=clock.now(),
            claim_by=make.slot(23),
        )
    assert (await him.post(door)).status_code == 204
    assert (await Coupon.get(id=coupons[shop.vehicle.id].id)).state is CouponState.VOID
    assert (await Coupon.get(id=coupons[None].id)).state is CouponState.ISSUED


async def test_nobody_sells_what_is_not_theirs(web: Web):
    shop, _, door = await _owner_with_a_car(web)
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900002222")))
    assert (await stranger.post(door)).status_code == 404
    assert (await Ownership.get(vehicle_id=shop.vehicle.id)).until_on is None
