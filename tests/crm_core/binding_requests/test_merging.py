"""One person's two records: no car is lost, and undoing gives each its own back."""

import pytest

from app.wiring import wire
from crm_core.customers import service
from crm_core.dealerships.actors import system
from crm_core.vehicles import queries
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = system("test")


@pytest.fixture(autouse=True)
def _wired():
    wire()


async def _two():
    store = await make.make_store(advisors=0)
    return await make.make_customer(store, phone=None), await make.make_customer(store)


async def _merge(kept, merged) -> int:
    return await service.merge(SYSTEM, kept.id, merged.id, reason="同一人")


async def _cars(customer) -> list[tuple[int, str]]:
    rows = await queries.bound_to(make.acting_owner(customer), customer.id)
    return [(row.id, row.role) for row in rows]


async def test_a_binding_that_is_over_does_not_stand_in_the_way_of_a_live_one():
    kept, merged = await _two()
    vehicle = await make.make_vehicle(merged)
    former = await make.bind(vehicle, kept)
    former.state, former.ended_at = BindingState.UNBOUND, clock.now()
    await former.save()
    await Ownership.create(
        vehicle_id=vehicle.id, customer_id=kept.id, role=BindingRole.OWNER, since_on=make.MONDAY, until_on=make.MONDAY
    )
    await _merge(kept, merged)
    assert await _cars(kept) == [(vehicle.id, "OWNER")]
    assert await Ownership.filter(customer_id=kept.id, until_on=None).count() == 1


async def test_of_two_bindings_to_one_car_the_owners_stays_and_undoing_gives_both_back():
    kept, merged = await _two()
    vehicle = await make.make_vehicle(merged)
    await make.bind(vehicle, kept, BindingRole.USER)
    merge_id = await _merge(kept, merged)
    assert await _cars(kept) == [(vehicle.id, "OWNER")]
    await service.undo_merge(SYSTEM, merge_id, reason="不是同一人")
    assert await _cars(kept) == [(vehicle.id, "USER")]
    assert await _cars(merged) == [(vehicle.id, "OWNER")]


async def test_a_binding_request_that_waits_gives_way_to_the_other_records_binding():
    kept, merged = await _two()
    vehicle = await make.make_vehicle(merged)
    await Binding.create(
        vehicle_id=vehicle.id,
        vin_last6=vehicle.vin[-6:],
        customer_id=kept.id,
        role=BindingRole.OWNER,
        state=BindingState.PENDING,
        how="phone_and_vin",
        requested_at=clock.now(),
    )
    await _merge(kept, merged)
    assert await _cars(kept) == [(vehicle.id, "OWNER")]
    assert not await Binding.exists(state=BindingState.PENDING)
