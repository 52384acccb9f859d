"""An advisor decides about a binding request once, on the version they saw, in their own store."""

import pytest

from app.wiring import wire
from crm_core.binding_requests import deciding, requesting
from crm_core.binding_requests.errors import BindingNotPending, VinDiffers
from crm_core.binding_requests.queries import of_account, waiting
from crm_core.dealerships.models import Role
from crm_core.vehicles import queries
from crm_core.vehicles.models import BindingRole, Ownership
from foundation import database, media
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.pictures import picture

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _wired():
    wire()


async def _requested():
    """A car bound to its owner, and somebody else with a photo of its licence."""
    store = await make.make_store(advisors=0)
    advisor = await make.acting(Role.SA, store)
    present = await make.make_customer(store)
    vehicle = await make.make_vehicle(present)
    applicant = make.acting_owner(await make.make_customer(store, name="刘洋", phone="13900001111"))
    photo = (await media.store(picture(1))).key
    wanted = {"vin_last6": vehicle.vin[-6:], "licence_media": photo, "store_id": store.id}
    return store, advisor, present, vehicle, applicant, await requesting.request(applicant, **wanted)


async def test_an_approved_applicant_sees_the_car_and_the_present_owner_keeps_it():
    _, advisor, present, vehicle, applicant, request = await _requested()
    await deciding.approve(
        advisor, request.id, vehicle_id=vehicle.id, role=BindingRole.USER, version_seen=request.version
    )
    (car,) = await queries.bound_to(applicant, applicant.id)
    assert (car.id, car.role) == (vehicle.id, "USER")
    (own,) = await queries.bound_to(make.acting_owner(present), present.id)
    assert (own.role, own.is_asked_for_by_another) == ("OWNER", False)
    assert await Ownership.filter(vehicle_id=vehicle.id, until_on=None).count() == 2


async def test_a_refused_applicant_reads_why_and_may_ask_again():
    store, advisor, _, vehicle, applicant, request = await _requested()
    await deciding.refuse(advisor, request.id, reason="照片看不清，请重拍", version_seen=request.version)
    (seen,) = await of_account(applicant)
    assert (seen.state, seen.refusal) == ("UNBOUND", "照片看不清，请重拍")
    assert await queries.bound_to(applicant, applicant.id) == []
    photo = (await media.store(picture(2))).key
    again = await requesting.request(applicant, vin_last6=vehicle.vin[-6:], licence_media=photo, store_id=store.id)
    assert again.id != request.id


async def test_a_binding_request_is_decided_once_and_only_on_the_photo_that_was_seen():
    store, advisor, _, vehicle, applicant, request = await _requested()
    photo = (await media.store(picture(2))).key
    newer = await requesting.request(applicant, vin_last6=vehicle.vin[-6:], licence_media=photo, store_id=store.id)
    choice = {"vehicle_id": vehicle.id, "role": BindingRole.OWNER}
    with pytest.raises(StaleVersion):
        await deciding.approve(advisor, request.id, **choice, version_seen=request.version)
    await deciding.approve(advisor, request.id, **choice, version_seen=newer.version)
    with pytest.raises(BindingNotPending):
        await deciding.refuse(advisor, request.id, reason="再想想", version_seen=newer.version)


async def test_an_advisor_cannot_bind_another_car_than_the_one_that_was_typed():
    _, advisor, _, _, _, request = await _requested()
    other = await make.make_vehicle(vin=make.VINS[1])
    with pytest.raises(VinDiffers):
        await deciding.approve(
            advisor, request.id, vehicle_id=other.id, role=BindingRole.OWNER, version_seen=request.version
        )


async def test_only_advisors_of_the_asked_store_look_at_the_licence_and_decide():
    store, advisor, _, _, _, request = await _requested()
    assert [row.id for row in await waiting(advisor, store.id)] == [request.id]
    elsewhere = await make.acting(Role.SA, await make.make_store(advisors=0))
    salesperson = await make.acting(Role.SC, store)
    for actor in (elsewhere, salesperson):
        with pytest.raises(NotAllowed):
            await waiting(actor, store.id)
        with pytest.raises(NotAllowed):
            await deciding.refuse(actor, request.id, reason="不是我店的", version_seen=request.version)


async def test_the_cards_close_when_the_binding_request_is_decided():
    _, advisor, _, vehicle, _, request = await _requested()
    await deciding.approve(
        advisor, request.id, vehicle_id=vehicle.id, role=BindingRole.OWNER, version_seen=request.version
    )
    states = await database.fetch("SELECT state FROM message WHERE template = 'binding_request'")
    assert [row["state"] for row in states] == ["SKIPPED"]
