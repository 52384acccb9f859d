"""The advisor's list of requests: the photo to look at, the cars it could be, and the answer."""

from crm_core.binding_requests import requesting
from crm_core.dealerships.models import Role
from crm_core.vehicles.models import Binding, BindingState
from foundation import media
from tests import factories as make
from tests.fixtures.web import Web
from tests.pictures import picture


async def _requested(web: Web):
    store = await make.make_store(advisors=0)
    vehicle = await make.make_vehicle(await make.make_customer(store))
    applicant = await make.make_customer(store, name="刘洋", phone="13900001111")
    request = await requesting.request(
        make.acting_owner(applicant),
        vin_last6=vehicle.vin[-6:],
        licence_media=(await media.store(picture())).key,
        store_id=store.id,
    )
    return store, vehicle, request, await web.signed_in(await make.acting(Role.SA, store))


async def test_the_advisor_sees_the_photo_the_car_and_its_owner_and_binds_it(web: Web):
    store, vehicle, request, advisor = await _requested(web)
    (seen,) = (await advisor.get(f"/binding-requests?store_id={store.id}")).json()
    assert (seen["customer_name"], seen["phone"]) == ("刘洋", "139****1111")
    assert [(car["vehicle_id"], car["owners"]) for car in seen["cars"]] == [(vehicle.id, ["张伟"])]
    assert vehicle.vin not in str(seen)
    async with web.stranger() as browser:
        assert (await browser.get(seen["licence_url"])).headers["content-type"] == "image/jpeg"
    choice = {"vehicle_id": vehicle.id, "role": "USER", "version": seen["version"]}
    assert (await advisor.post(f"/binding-requests/{request.id}/approval", json=choice)).status_code == 204
    assert (await Binding.get(id=request.id)).state is BindingState.BOUND
    assert (await advisor.get(f"/binding-requests?store_id={store.id}")).json() == []


async def test_a_binding_request_that_was_decided_is_not_decided_again(web: Web):
    _, _, request, advisor = await _requested(web)
    no = {"reason": "照片看不清", "version": request.version}
    assert (await advisor.post(f"/binding-requests/{request.id}/refusal", json=no)).status_code == 204
    again = await advisor.post(f"/binding-requests/{request.id}/refusal", json=no)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "binding_not_pending")


async def test_colleagues_who_do_not_bind_cars_do_not_see_licences(web: Web):
    store, _, _, _ = await _requested(web)
    for role in (Role.SC, Role.CSH, Role.TEC):
        person = await web.signed_in(await make.acting(role, store))
        assert (await person.get(f"/binding-requests?store_id={store.id}")).status_code == 403
