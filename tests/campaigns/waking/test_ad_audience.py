"""The file for an advertising platform: only who agreed to it, has no other path, and only the hash of the number."""

import hashlib
from datetime import timedelta

import pytest

from campaigns.waking import ad_audience, counting
from campaigns.waking.loop import service, turning
from campaigns.waking.loop.models import WakingAttempt
from crm_core.customers.models import Consent, Customer, Purpose
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house

pytestmark = pytest.mark.usefixtures("database")


async def _agree(customer_id: int, purpose: Purpose = Purpose.AD_AUDIENCE) -> None:
    await Consent.create(
        customer_id=customer_id, purpose=purpose, text_version="v1", given_at=clock.now(), how="mini_program"
    )


@pytest.fixture
async def house() -> House:
    """Four sleeping owners: two agreed to nothing but ads, one also to messages, one to nothing."""
    made = await make_house(4)
    first = made.crowd.first_id
    await Consent.filter(customer_id__in=[first, first + 1, first + 3]).update(withdrawn_at=clock.now())
    for customer_id in (first, first + 1, first + 2):
        await _agree(customer_id)
    await service.start(made.marketer, made.store.id)
    await counting.recount()
    await turning.give_turns(clock.today())
    return made


async def _file(actor: Actor, store_id: int | None = None) -> list[str]:
    return [row.hashed_phone async for row in ad_audience.of_reader(actor, store_id)]


async def test_only_whom_no_other_path_reaches_is_in_it_as_a_hash(house: House):
    phones = [
        (await Customer.get(id=customer_id)).phone or ""
        for customer_id in (house.crowd.first_id, house.crowd.first_id + 1)
    ]
    hashes = [hashlib.md5(phone.encode(), usedforsecurity=False).hexdigest() for phone in phones]
    assert await _file(house.marketer) == hashes
    tried = await WakingAttempt.all()
    assert [one.customer_id for one in tried] == [house.crowd.first_id + 2], "the file is no turn"


async def test_whoever_withdraws_or_opts_out_is_out_of_it_at_once(house: House):
    first = house.crowd.first_id
    await Consent.filter(customer_id=first, purpose=Purpose.AD_AUDIENCE).update(
        withdrawn_at=clock.now() + timedelta(minutes=1)
    )
    await Customer.filter(id=first + 1).update(marketing_stopped_at=clock.now())
    assert await _file(house.marketer) == []


async def test_it_is_of_the_readers_stores(house: House):
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    assert await _file(stranger) == []
    assert await _file(stranger, house.store.id) == []
    assert len(await _file(house.marketer, house.store.id)) == 2
