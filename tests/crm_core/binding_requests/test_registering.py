"""A stranger with a car nobody registered: filed once, under the right store, and nobody is pushed aside."""

import asyncio

import pytest

from crm_core.binding_requests.errors import ModelNotChosen, PlateNotAccepted, VinNotAccepted
from crm_core.binding_requests.registering import Car, Person, register
from crm_core.customers.errors import NameNotAccepted, PhoneNotAccepted
from crm_core.customers.models import Customer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.vehicles.models import Binding, BindingRole, Ownership, Vehicle
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
VIN = "LYFBB6CE3T2000123"


async def _desk():
    store = await make.make_store(advisors=0)
    return store, await make.acting(Role.SA, store), await make.make_vehicle_model()


async def test_a_stranger_and_the_car_are_filed_once_however_often_the_button_is_pressed():
    store, advisor, model = await _desk()
    person, car = Person("阿卜杜拉•买买提", "+852 5123 4567"), Car(" lyfbb6ce3t2000123 ", model.id, "沪ＡＥ２２０７５")
    made = await asyncio.gather(*(register(advisor, store_id=store.id, who=person, car=car) for _ in range(4)))
    assert len(set(made)) == 1
    customer = await Customer.get(id=made[0].customer_id)
    assert (customer.name, customer.phone, customer.phone_verified_at) == ("阿卜杜拉·买买提", "+85251234567", None)
    assert (customer.home_store_id, customer.advisor_id) == (store.id, advisor.id)
    vehicle = await Vehicle.get(id=made[0].vehicle_id)
    assert (vehicle.vin, vehicle.plate, vehicle.home_store_id) == (VIN, "沪AE22075", store.id)
    tie = await Ownership.get(vehicle_id=vehicle.id)
    assert (tie.role, tie.filed_phone) == (BindingRole.OWNER, "+85251234567")
    assert await Binding.all().count() == 0, "filing shows the car to no account"


async def test_a_known_car_keeps_its_owner_and_the_person_is_added_beside_them():
    store, advisor, model = await _desk()
    owner = await make.make_customer(store, name="郝梓芳")
    vehicle = await make.make_vehicle(owner, vin=VIN, plate="粤BD1245")
    made = await register(
        advisor, store_id=store.id, who=Person("张伟", "13900001111"), car=Car(VIN, model.id, "沪AE22075")
    )
    assert made.vehicle_id == vehicle.id
    ties = {tie.customer_id: (tie.role, tie.filed_phone) for tie in await Ownership.all()}
    assert ties == {owner.id: (BindingRole.OWNER, ""), made.customer_id: (BindingRole.USER, "")}
    assert (await Vehicle.get(id=vehicle.id)).plate == "沪AE22075", "the plate it wears today"


async def test_a_customer_without_a_car_gets_theirs():
    store, advisor, model = await _desk()
    known = await make.make_customer(store)
    made = await register(advisor, store_id=store.id, who=known.id, car=Car(VIN, model.id))
    assert made.customer_id == known.id
    assert await Ownership.filter(customer_id=known.id, role=BindingRole.OWNER).count() == 1


async def test_a_vin_with_a_wrong_check_digit_needs_somebody_who_compared_it_and_is_noted():
    store, advisor, model = await _desk()
    wrong = Car("LYFAA4DE0T1000001", model.id, "使014578")
    with pytest.raises(VinNotAccepted, match="校验位") as refused:
        await register(advisor, store_id=store.id, who=Person("张伟", "13900001111"), car=wrong)
    assert refused.value.details == {"may_be_vouched_for": True}
    compared = Car(wrong.vin, model.id, wrong.plate, is_compared=True)
    await register(advisor, store_id=store.id, who=Person("张伟", "13900001111"), car=compared)
    assert await AuditEntry.filter(action="vehicles.vouch_for_vin").count() == 1


async def test_what_is_typed_wrong_is_refused_in_words_and_files_nobody():
    store, advisor, model = await _desk()
    person, car = Person("张伟", "13900001111"), Car(VIN, model.id)
    for refusal, who, what in (
        (NameNotAccepted, Person("\u200b", "13900001111"), car),
        (PhoneNotAccepted, Person("张伟", "51234567"), car),
        (VinNotAccepted, person, Car("LYFBB6CE3T200012", model.id, is_compared=True)),
        (PlateNotAccepted, person, Car(VIN, model.id, "粤BO1234")),
        (ModelNotChosen, person, Car(VIN, model.id + 1000)),
    ):
        with pytest.raises(refusal):
            await register(advisor, store_id=store.id, who=who, car=what)
    assert await Customer.all().count() == await Vehicle.all().count() == 0


async def test_only_the_stores_own_advisors_file_people_and_cars():
    store, _, model = await _desk()
    elsewhere = await make.acting(Role.SA, await make.make_store(advisors=0))
    technician = await make.acting(Role.TEC, store)
    for actor in (elsewhere, technician):
        with pytest.raises(NotAllowed):
            await register(actor, store_id=store.id, who=Person("张伟", "13900001111"), car=Car(VIN, model.id))
