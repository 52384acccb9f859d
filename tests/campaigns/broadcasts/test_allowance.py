"""What the platform still takes today is told before a broadcast starts."""

import pytest

from campaigns.broadcasts import allowance
from campaigns.broadcasts.models import Recipient, RecipientState
from campaigns.broadcasts.ways import WantedWay
from campaigns.channels.wecom_mass import WecomMass
from crm_core.customers.models import Consent, Friendship, Purpose
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
    assert (told.planned, told.today) == (19, 19)
    [way] = told.ways
    assert (way.channel, way.people, way.had_one_today, way.beyond_members) == ("企微群发", 20, 0, 0)
    assert (way.calls, way.members) == (3, [])
    assert way.calls_left is not None
    assert way.calls_left > 100_000


async def test_each_way_has_its_people_and_its_limits(house: House):
    friends = await Friendship.all().order_by("id")
    await Friendship.filter(id__in=[one.id for one in friends[:4]]).delete()
    await Consent.filter(customer_id__in=[one.customer_id for one in friends[:4]]).update(purpose=Purpose.MARKETING_SMS)
    broadcast = await house.draft(coupon_template_id=None, ways=[WantedWay("SMS_MASS", after_days=1)])
    told = await allowance.of_broadcast(house.marketer, broadcast.id)
    assert [(way.number, way.channel, way.people, way.today) for way in told.ways] == [
        (0, "企微群发", 16, 16),
        (1, "短信", 4, 4),
    ]
    assert (told.planned, told.today) == (19, 19)
    assert told.ways[1].calls_left is None


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
    [way] = told.ways
    assert (told.planned, told.today, way.had_one_today) == (19, 16, 4)
    monkeypatch.setattr(WecomMass, "most_per_member", 5)
    told = await allowance.of_broadcast(house.marketer, broadcast.id)
    [way] = told.ways
    assert told.today == 20 - way.had_one_today - way.beyond_members
    assert {one.given_today: one.left_today for one in way.members} == {4: 1, 0: 5}
