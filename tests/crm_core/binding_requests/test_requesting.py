"""An account asks for a car: with proof it is bound, in doubt it waits, and nobody loses a car by it."""

import asyncio
from dataclasses import asdict

import pytest

from app.wiring import wire
from crm_core.binding_requests import requesting
from crm_core.binding_requests.errors import AlreadyBound, NotOnFile, StoreNotChosen
from crm_core.binding_requests.queries import of_account
from crm_core.coupons.models import Coupon
from crm_core.customers import identities
from crm_core.customers.friendships import ContactDetails, describe
from crm_core.customers.models import Customer, Identity, IdentityKind
from crm_core.customers.people import current_id
from crm_core.dealerships.actors import Actor, owner, system
from crm_core.dealerships.models import Role
from crm_core.vehicles import queries
from crm_core.vehicles.models import Binding, BindingState, Ownership
from foundation import clock, database, media
from foundation.media import MediaNotStored
from tests import factories as make
from tests.checkout import claimed, make_template
from tests.pictures import picture

pytestmark = pytest.mark.usefixtures("database")
PHONE = "13812345678"
SYSTEM = system("test")


@pytest.fixture(autouse=True)
def _wired():
    wire()


async def _car_on_file(**columns):
    """A store with an advisor, and a car filed under a customer without an account."""
    store = await make.make_store(advisors=0)
    advisor = await make.make_staff(Role.SA, store)
    filed = await make.make_customer(store, phone=PHONE)
    vehicle = await make.make_vehicle(filed, is_bound=False, home_store_id=store.id, **columns)
    await Ownership.all().update(filed_phone=PHONE)
    return store, advisor, filed, vehicle


async def _account(name: str) -> Actor:
    customer_id = await identities.identify(SYSTEM, openid=f"o-{name}", unionid=f"u-{name}", phone=PHONE)
    return owner(customer_id, openid=f"o-{name}")


async def _bind(actor: Actor, vehicle) -> Binding:
    return await requesting.bind(actor, verified_phone=PHONE, vin_last6=vehicle.vin[-6:].lower())


async def _photo(number: int = 1) -> str:
    return (await media.store(picture(number))).key


async def _cards() -> list[tuple[int, str]]:
    rows = await database.fetch("SELECT staff_id, variant FROM message WHERE template = 'binding_request' ORDER BY id")
    return [(row["staff_id"], row["variant"]) for row in rows]


async def test_phone_on_file_and_vin_bind_the_car_and_join_the_filed_record():
    _, _, filed, vehicle = await _car_on_file()
    him = await _account("first")
    assert (await _bind(him, vehicle)).state is BindingState.BOUND
    assert await current_id(filed.id) == him.id
    assert [car.id for car in await queries.bound_to(him, him.id)] == [vehicle.id]


async def test_the_name_on_file_stands_when_a_friend_with_a_nickname_binds_the_car():
    _, _, filed, vehicle = await _car_on_file()
    await Customer.filter(id=filed.id).update(name="郝梓芳")
    him = await _account("first")
    await describe(SYSTEM, ContactDetails("wm-1", "A老王🚗", "u-first", ()))
    await _bind(him, vehicle)
    known = await Customer.get(id=him.id)
    assert (known.name, known.nickname) == ("郝梓芳", "A老王🚗")


async def test_a_recycled_number_does_not_take_over_the_first_owners_record():
    _, advisor, _, vehicle = await _car_on_file()
    first = await _account("first")
    await _bind(first, vehicle)
    await claimed(first, await make_template())
    stranger = await _account("stranger")

    assert (await _bind(stranger, vehicle)).state is BindingState.PENDING

    assert await current_id(first.id) != await current_id(stranger.id)
    assert await Coupon.filter(customer_id=stranger.id).count() == 0
    assert await queries.bound_to(stranger, stranger.id) == []
    assert await _cards() == [(advisor.id, "contested")]
    (car,) = await queries.bound_to(first, first.id)
    assert car.is_asked_for_by_another, "the present owner is told"
    told = await database.fetch("SELECT name FROM event WHERE customer_id = $1 ORDER BY id", first.id)
    assert told[-1]["name"] == "vehicle.binding_contested"
    assert (await _bind(stranger, vehicle)).state is BindingState.PENDING
    assert len(await _cards()) == 1, "asking again troubles nobody again"


async def test_a_person_with_an_account_of_their_own_is_not_merged_away_although_they_have_bound_nothing():
    _, _, filed, vehicle = await _car_on_file()
    await Identity.create(customer_id=filed.id, kind=IdentityKind.UNIONID, value="u-9", created_at=clock.now())
    applicant = await _account("other")
    assert (await _bind(applicant, vehicle)).state is BindingState.PENDING
    assert await current_id(filed.id) == filed.id


async def test_of_two_applicants_at_the_same_moment_one_is_bound_and_one_waits():
    _, _, _, vehicle = await _car_on_file()
    both = [await _account("first"), await _account("second")]
    bindings = await asyncio.gather(*(_bind(actor, vehicle) for actor in both))
    assert sorted(binding.state.value for binding in bindings) == ["BOUND", "PENDING"]


async def test_the_same_account_binds_twice_without_a_second_binding():
    _, _, _, vehicle = await _car_on_file()
    him = await _account("first")
    assert (await _bind(him, vehicle)).id == (await _bind(him, vehicle)).id
    assert await Binding.all().count() == 1


async def test_which_of_phone_and_vin_is_wrong_is_not_told():
    _, _, _, vehicle = await _car_on_file()
    him = await _account("first")
    with pytest.raises(NotOnFile) as wrong_vin:
        await requesting.bind(him, verified_phone=PHONE, vin_last6="999999")
    with pytest.raises(NotOnFile) as wrong_phone:
        await requesting.bind(him, verified_phone="13900000000", vin_last6=vehicle.vin[-6:])
    assert wrong_vin.value.message == wrong_phone.value.message


async def test_a_licence_photo_gets_the_same_answer_whether_the_car_is_known():
    store, advisor, _, vehicle = await _car_on_file()
    him = await _account("licence")
    for last6 in (vehicle.vin[-6:], "999999"):
        await requesting.request(him, vin_last6=last6, licence_media=await _photo(), store_id=store.id)
    unknown, known = await of_account(him)
    seen_known, seen_unknown = asdict(known), asdict(unknown)
    differing = {name for name in seen_known if seen_known[name] != seen_unknown[name]}
    assert differing <= {"id", "vin_last6", "requested_at"}
    assert await _cards() == [(advisor.id, "licence")] * 2
    assert await queries.bound_to(him, him.id) == []


async def test_a_better_photo_replaces_the_one_that_waits():
    store, _, _, vehicle = await _car_on_file()
    him = await _account("licence")
    wanted = {"vin_last6": vehicle.vin[-6:], "store_id": store.id}
    first = await requesting.request(him, licence_media=await _photo(2), **wanted)
    second = await requesting.request(him, licence_media=(sharp := await _photo(3)), **wanted)
    assert second.id == first.id
    assert second.version > first.version, "an advisor who looks at the old one must look again"
    assert (await Binding.get(id=first.id)).licence_media == sharp


async def test_a_photo_that_was_never_uploaded_and_a_store_that_is_none_are_refused():
    store, _, _, _ = await _car_on_file()
    him = await _account("licence")
    with pytest.raises(MediaNotStored):
        await requesting.request(him, vin_last6="999999", licence_media="0" * 64 + ".jpg", store_id=store.id)
    with pytest.raises(StoreNotChosen):
        await requesting.request(him, vin_last6="999999", licence_media=await _photo(), store_id=store.id + 1)


async def test_nobody_asks_for_a_car_they_have():
    store, _, _, vehicle = await _car_on_file()
    him = await _account("first")
    await _bind(him, vehicle)
    with pytest.raises(AlreadyBound):
        await requesting.request(him, vin_last6=vehicle.vin[-6:], licence_media=await _photo(), store_id=store.id)


async def test_proof_settles_a_request_that_waits_for_the_same_car():
    store, _, _, vehicle = await _car_on_file()
    him = await _account("first")
    waiting = await requesting.request(him, vin_last6=vehicle.vin[-6:], licence_media=await _photo(), store_id=store.id)
    bound = await _bind(him, vehicle)
    assert (bound.id, bound.state) == (waiting.id, BindingState.BOUND)
