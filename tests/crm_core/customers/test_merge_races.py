"""Merges that meet each other, and claims that meet merges: each ends in one person or in a refusal."""

import asyncio
from functools import partial
from typing import Any

import pytest

from crm_core.binding_requests import deciding, requesting
from crm_core.coupons import using
from crm_core.customers import service
from crm_core.customers.errors import SameCustomer
from crm_core.customers.identities import identify
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership
from foundation import attempts, database
from foundation.errors import WeDealerError
from tests import factories as make
from tests.checkout import claimed, make_template
from tests.scale import TIMES

pytestmark = pytest.mark.usefixtures("database")

ROUNDS = 6 * TIMES
SYSTEM = system("test")


async def _at_once(*acts: Any) -> list[BaseException]:
    """Run them at once, as endpoints do, and return the errors."""
    results = await asyncio.gather(*(attempts.repeat(act) for act in acts), return_exceptions=True)
    return [result for result in results if isinstance(result, BaseException)]


def _is_refusal(error: BaseException) -> bool:
    return isinstance(error, WeDealerError) and error.status < 500


async def test_merges_of_one_group_of_records_in_every_direction_end_in_one_record() -> None:
    store = await make.make_store(advisors=0)
    for _ in range(ROUNDS):
        ids = [(await make.make_customer(store)).id for _ in range(4)]
        pairs = [(a, b) for a in ids for b in ids if a != b]
        wrong = await _at_once(*(partial(service.merge, SYSTEM, a, b, reason="同一人") for a, b in pairs))
        assert len(wrong) == len(pairs) - 3
        assert all(isinstance(one, SameCustomer) for one in wrong)
        assert await Customer.filter(id__in=ids, merged_into_id=None).count() == 1
    assert await database.fetch_value("SELECT count(*) FROM customer_merge") == 3 * ROUNDS


async def test_an_advisor_approves_while_the_applicant_proves_it_themselves_and_the_records_become_one() -> None:
    store = await make.make_store(advisors=0)
    advisor = await make.acting(Role.SA, store)
    for number in range(ROUNDS):
        phone, vin = f"1380013{number:04d}", f"LYFAA4DE1T1{number + 500:06d}"
        filed = await make.make_customer(store, phone=phone)
        car = await make.make_vehicle(filed, vin=vin, plate=f"粤B{number + 500:05d}", is_bound=False, home_store=store)
        await Ownership.filter(vehicle_id=car.id).update(filed_phone=phone)
        account = await identify(SYSTEM, openid=f"o-{number}", phone=phone)
        actor = make.acting_owner(await Customer.get(id=account))
        claim = await Binding.create(
            vehicle_id=car.id,
            vin_last6=vin[-6:],
            store_id=store.id,
            customer_id=account,
            role=BindingRole.OWNER,
            state=BindingState.PENDING,
            how="licence",
            licence_media="x",
            requested_at=filed.created_at,
        )
        wrong = await _at_once(
            partial(requesting.bind, actor, verified_phone=phone, vin_last6=vin[-6:]),
            partial(deciding.approve, advisor, claim.id, vehicle_id=car.id, role=BindingRole.OWNER, version_seen=1),
            partial(service.merge, SYSTEM, filed.id, account, reason="同一人"),
            partial(identify, SYSTEM, openid=f"o-{number}", unionid=f"u-{number}", phone=phone),
        )
        assert [one for one in wrong if not _is_refusal(one)] == []
        assert await Binding.filter(vehicle_id=car.id, state=BindingState.BOUND).count() == 1


async def _lock(customer_id: int, coupon_id: int, about: str) -> None:
    async with database.transaction():
        await using.lock(customer_id, [coupon_id], about, until=make.slot(23))


async def test_coupons_are_given_and_locked_while_their_owners_become_one() -> None:
    store = await make.make_store(advisors=0)
    template = await make_template(per_person=2)
    for number in range(ROUNDS):
        people = [await make.make_customer(store, phone=None) for _ in range(2)]
        two = [person.id for person in people]
        coupons = [await claimed(make.acting_owner(person), template) for person in people]

        wrong = await _at_once(
            partial(service.merge, SYSTEM, two[0], two[1], reason="同一人"),
            partial(service.merge, SYSTEM, two[1], two[0], reason="同一人"),
            *(partial(_lock, who, one.id, f"appointment:{number}") for who, one in zip(two, coupons, strict=True)),
            partial(service.stop_marketing, SYSTEM, two[1], how="电话"),
        )
        assert [one for one in wrong if not _is_refusal(one)] == []
        assert await Customer.filter(id__in=two, merged_into_id=None).count() == 1
