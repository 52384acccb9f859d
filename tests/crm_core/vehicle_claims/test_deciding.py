"""The advisor's word on a claim: once, on what he saw, in his own store."""

import pytest

from app.wiring import wire
from crm_core.dealerships.models import Role
from crm_core.vehicle_claims import claiming, deciding
from crm_core.vehicle_claims.errors import BindingNotPending, VinDiffers
from crm_core.vehicle_claims.queries import of_account, waiting
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


async def _claim():
    """A car bound to its owner, and somebody else with a photo of its licence."""
    store = await make.make_store(advisors=0)
    advisor = await make.acting(Role.SA, store)
    present = await make.make_customer(store)
    vehicle = await make.make_vehicle(present)
    claimant = make.acting_owner(await make.make_customer(store, name="刘洋", phone="13900001111"))
    photo = (await media.store(picture(1))).key
    wanted = {"vin_last6": vehicle.vin[-6:], "licence_media": photo, "store_id": store.id}
    return store, advisor, present, vehicle, claimant, await claiming.request(claimant, **wanted)


async def test_an_approved_claimant_sees_the_car_and_the_present_owner_keeps_it():
    _, advisor, present, vehicle, claimant, claim = await _claim()
    await deciding.approve(advisor, claim.id, vehicle_id=vehicle.id, role=BindingRole.USER, version_seen=claim.version)
    (car,) = await queries.bound_to(claimant, claimant.id)
    assert (car.id, car.role) == (vehicle.id, "USER")
    (own,) = await queries.bound_to(make.acting_owner(present), present.id)
    assert (own.role, own.is_claimed_by_another) == ("OWNER", False)
    assert await Ownership.filter(vehicle_id=vehicle.id, until_on=None).count() == 2


async def test_a_refused_claimant_reads_why_and_may_ask_again():
    store, advisor, _, vehicle, claimant, claim = await _claim()
    await deciding.reject(advisor, claim.id, reason="照片看不清，请重拍", version_seen=claim.version)
    (seen,) = await of_account(claimant)
    assert (seen.state, seen.refusal) == ("UNBOUND", "照片看不清，请重拍")
    assert await queries.bound_to(claimant, claimant.id) == []
    photo = (await media.store(picture(2))).key
    again = await claiming.request(claimant, vin_last6=vehicle.vin[-6:], licence_media=photo, store_id=store.id)
    assert again.id != claim.id


async def test_a_claim_is_decided_once_and_only_on_the_photo_that_was_seen():
    store, advisor, _, vehicle, claimant, claim = await _claim()
    photo = (await media.store(picture(2))).key
    newer = await claiming.request(claimant, vin_last6=vehicle.vin[-6:], licence_media=photo, store_id=store.id)
    choice = {"vehicle_id": vehicle.id, "role": BindingRole.OWNER}
    with pytest.raises(StaleVersion):
        await deciding.approve(advisor, claim.id, **choice, version_seen=claim.version)
    await deciding.approve(advisor, claim.id, **choice, version_seen=newer.version)
    with pytest.raises(BindingNotPending):
        await deciding.reject(advisor, claim.id, reason="再想想", version_seen=newer.version)


async def test_an_advisor_cannot_bind_another_car_than_the_one_that_was_typed():
    _, advisor, _, _, _, claim = await _claim()
    other = await make.make_vehicle(vin=make.VINS[1])
    with pytest.raises(VinDiffers):
        await deciding.approve(
            advisor, claim.id, vehicle_id=other.id, role=BindingRole.OWNER, version_seen=claim.version
        )


async def test_only_advisors_of_the_asked_store_look_at_the_licence_and_decide():
    store, advisor, _, _, _, claim = await _claim()
    assert [row.id for row in await waiting(advisor, store.id)] == [claim.id]
    elsewhere = await make.acting(Role.SA, await make.make_store(advisors=0))
    salesperson = await make.acting(Role.SC, store)
    for actor in (elsewhere, salesperson):
        with pytest.raises(NotAllowed):
            await waiting(actor, store.id)
        with pytest.raises(NotAllowed):
            await deciding.reject(actor, claim.id, reason="不是我店的", version_seen=claim.version)


async def test_the_cards_close_when_the_claim_is_decided():
    _, advisor, _, vehicle, _, claim = await _claim()
    await deciding.approve(advisor, claim.id, vehicle_id=vehicle.id, role=BindingRole.OWNER, version_seen=claim.version)
    states = await database.fetch("SELECT state FROM message WHERE template = 'binding_request'")
    assert [row["state"] for row in states] == ["SKIPPED"]
