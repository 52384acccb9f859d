"""What the platform still takes today is told before a broadcast starts."""

import pytest

from campaigns.broadcasts import allowance
from campaigns.broadcasts.models import Recipient, RecipientState
from campaigns.channels.wecom_mass import WecomMass
from crm_core.dealerships.models import Role
from crm_core.policies import changing
from foundation import clock
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town


@pytest.fixture
async def house(town: Town) -> House:
    """Twenty sleeping owners, known to the platform."""
    made = await make_house(20, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def test_all_can_be_sent_to_where_nothing_was_sent_yet(house: House):
    broadcast = await house.draft()
    told = await allowance.of_broadcast(house.marketer, broadcast.id)
    assert (told.planned, told.today, told.had_one_today, told.beyond_members) == (19, 19, 0, 0)
    assert (told.calls, told.members) == (3, [])
    assert told.calls_left is not None
    assert told.calls_left > 100_000


async def _may_contact_daily() -> None:
    group = await make.acting(Role.ADM)
    for field, value in {"weekly_cap": 7, "monthly_cap": 30}.items():
        await changing.change(group, "contact", field, value, store_id=None, reason="试一试", expected_version=0)


async def test_who_got_one_today_or_a_full_month_and_whom_members_cannot_send_to_any_more(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    await _may_contact_daily()
    before = await house.running()
    today = clock.today()
    first, *_ = given = await Recipient.filter(broadcast_id=before.id, state=RecipientState.QUEUED).order_by("id")[:4]
    await Recipient.filter(broadcast_id=before.id).exclude(id__in=[one.id for one in given]).delete()
    await Recipient.filter(broadcast_id=before.id).update(
        state=RecipientState.TASKED, contacted_on=today, staff_id=first.staff_id
    )
    broadcast = await house.draft()
    told = await allowance.of_broadcast(house.marketer, broadcast.id)
    assert (told.planned, told.today, told.had_one_today) == (19, 16, 4)
    monkeypatch.setattr(WecomMass, "most_per_member", 5)
    told = await allowance.of_broadcast(house.marketer, broadcast.id)
    assert told.today == 20 - told.had_one_today - told.beyond_members
    assert {one.given_today: one.left_today for one in told.members} == {4: 1, 0: 5}
