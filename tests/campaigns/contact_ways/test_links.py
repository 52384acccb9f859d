"""获客链接: WeCom makes one and no second one, whatever becomes of its answer; who follows it is counted."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.contact_ways import figures, keeping, link_friends, links, queries, quota, rules, service
from campaigns.contact_ways.keeping import Purpose, purpose_of
from campaigns.contact_ways.models import AcquisitionQuota, ContactWay
from campaigns.contact_ways.rules import LOOKED_FOR, ContactKind, ContactWayState, Step
from campaigns.contact_ways.spans import Span
from crm_core.billing import paying
from crm_core.billing.rules import Payer
from crm_core.customers.merging import merge
from crm_core.customers.models import Friendship, Source
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from crm_core.repair_orders.rules import LineState
from foundation import clock, jobs, owed
from foundation.errors import PlatformError
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.platforms import Town

CREATE = "externalcontact/customer_acquisition/create_link"
CHANGE = "externalcontact/customer_acquisition/update_link"
DELETE = "externalcontact/customer_acquisition/delete_link"


async def planned(town: Town) -> ContactWay:
    """A link of 王芳 that WeCom has yet to hear of."""
    # A fault must not meet the call that learns that an earlier test's token is of no use here.
    await quota.read()
    marketer = await make.acting(Role.MKT, town.store)
    purpose = Purpose("抖音广告", town.wang.id, Source.MARKETING_AD, kind=ContactKind.LINK)
    return await keeping.create(marketer, purpose)


async def made(town: Town) -> ContactWay:
    """A link that works, with quota for thirty friends."""
    await town.hand("POST", "acquisition-quota", {"friends": 30})
    way = await planned(town)
    await jobs.drain()
    return await ContactWay.get(id=way.id)


async def follow(town: Town, way: ContactWay, person: str = "zhang") -> None:
    """Somebody follows the address that hangs in the advertisement."""
    row = await queries.one(await make.acting(Role.MKT, town.store), way.id)
    await town.hand("POST", f"people/{person}/follow-link", {"url": row.link})
    await town.settle()


async def _again(after: timedelta = owed.GRACE * 2) -> None:
    await clock.advance(after)
    await owed.sweep()
    await jobs.drain()


def _links(town: Town) -> list[str]:
    return [link.body["link_name"] for link in town.simulation.world.acquisition_links]


async def test_a_link_is_made_changed_and_ended(town: Town):
    way, marketer = await made(town), await make.acting(Role.MKT, town.store)
    assert (way.state, _links(town)) == (ContactWayState.READY, [f"抖音广告 #{way.id}"])
    row = await queries.one(marketer, way.id)
    assert (row.link, row.has_picture) == (f"{way.qr_url}?customer_channel={way.token}", False)
    assert row.opened_from_outside is not None
    assert row.opened_from_outside.startswith("weixin://biz/ww/profile/https%3A%2F%2F")
    await keeping.edit(marketer, way.id, replace(await purpose_of(way), name="快手广告"), expected_version=way.version)
    await jobs.drain()
    assert _links(town) == [f"快手广告 #{way.id}"]
    way = await ContactWay.get(id=way.id)
    assert way.state is ContactWayState.READY
    await keeping.end(marketer, way.id, expected_version=way.version)
    await jobs.drain()
    assert ((await ContactWay.get(id=way.id)).state, _links(town)) == (ContactWayState.ENDED, [])


async def test_a_lost_answer_makes_no_second_link(town: Town):
    way = await planned(town)
    town.fail(CREATE, lose_answer=True)
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.PENDING
    await _again()
    found = await ContactWay.get(id=way.id)
    assert (found.state, len(_links(town)), town.calls(CREATE)) == (ContactWayState.READY, 1, 1)
    assert [link.link_id for link in town.simulation.world.acquisition_links] == [found.config_id]


async def test_a_job_that_died_before_it_asked_asks_again_after_it_looked_long_enough(town: Town):
    way = await planned(town)
    await ContactWay.filter(id=way.id).update(asked_at=clock.now())
    await jobs.drain()
    assert town.calls(CREATE) == 0, "there may be one, so that it is looked for"
    await _again(LOOKED_FOR)
    assert ((await ContactWay.get(id=way.id)).state, len(_links(town))) == (ContactWayState.READY, 1)


async def test_two_that_make_it_at_once_make_one(town: Town):
    way = await planned(town)
    await asyncio.gather(*(service.pay(way.id) for _ in range(3)))
    assert (len(_links(town)), town.calls(CREATE)) == (1, 1)
    await _again()
    assert ((await ContactWay.get(id=way.id)).state, len(_links(town))) == (ContactWayState.READY, 1)


async def test_what_was_certainly_not_done_is_asked_again_at_once_and_a_refusal_is_shown(town: Town):
    way = await planned(town)
    town.fail(CREATE, errcode=45009)
    with pytest.raises(PlatformError):
        await service.pay(way.id)
    assert (await ContactWay.get(id=way.id)).asked_at is None
    town.fail(CREATE, errcode=48002)
    await service.pay(way.id)
    found = await ContactWay.get(id=way.id)
    assert (found.state, "48002" in found.reason) == (ContactWayState.FAILED, True)
    await keeping.try_again(await make.acting(Role.MKT, town.store), way.id, expected_version=found.version)
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.READY


async def test_one_that_is_ended_while_its_answer_is_lost_is_found_and_deleted(town: Town):
    way = await planned(town)
    town.fail(CREATE, lose_answer=True)
    await service.pay(way.id)
    await keeping.end(await make.acting(Role.MKT, town.store), way.id, expected_version=1)
    await jobs.drain()
    await _again()
    await _again()
    assert ((await ContactWay.get(id=way.id)).state, _links(town)) == (ContactWayState.ENDED, [])


async def test_a_lost_answer_to_the_end_ends_it(town: Town):
    way = await made(town)
    town.fail(DELETE, lose_answer=True)
    await keeping.end(await make.acting(Role.MKT, town.store), way.id, expected_version=way.version)
    await jobs.drain()
    assert ((await ContactWay.get(id=way.id)).state, town.calls(DELETE)) == (ContactWayState.ENDED, 1)


async def test_a_friend_by_a_link_is_counted_and_uses_up_quota(town: Town):
    way, marketer = await made(town), await make.acting(Role.MKT, town.store)
    await follow(town, way)
    row = await queries.one(marketer, way.id)
    assert (row.added, row.wrote, (await AcquisitionQuota.get(id=1)).balance) == (1, 0, 29)
    pair = next(iter(town.simulation.world.friendships))
    said = {"userid": pair.userid, "external_userid": pair.external_userid, "sender": "person"}
    for _ in range(2):
        await town.hand("POST", "chats", said | {"content": {"content": "X6 现在什么价"}})
    await town.settle()
    assert (await queries.one(marketer, way.id)).wrote == 1
    assert [each.name for each in await figures.of_code(marketer, way.id)] != []
    left = await quota.of_reader(marketer)
    assert left is not None
    assert (left.total, left.balance, [each.balance for each in left.lapsing]) == (30, 29, [29])


async def test_who_followed_the_bare_address_is_put_down_by_the_daily_reading(town: Town):
    way = await made(town)
    await town.hand("POST", "people/zhang/follow-link", {"url": way.qr_url})
    await town.settle()
    assert (await Friendship.all().first()).state == ""
    await jobs.enqueue("contact_ways.ask_for_quota", {})
    await jobs.drain()
    assert (await Friendship.all().first()).state == way.token
    await link_friends.read(way.id)
    assert (await queries.one(await make.acting(Role.MKT, town.store), way.id)).added == 1


def test_the_name_at_wecom_carries_our_number_and_fits():
    assert rules.link_name("展厅海报", 7) == "展厅海报 #7"
    assert rules.link_name("长" * 30, 1234) == "长" * 24 + " #1234"


def test_a_link_is_asked_for_again_only_after_it_was_looked_for():
    asked = make.slot(10)
    assert rules.may_be_made(None, asked)
    assert not rules.may_be_made(asked, asked + LOOKED_FOR - timedelta(seconds=1))
    assert rules.may_be_made(asked, asked + LOOKED_FOR)
    assert links.SKEW < LOOKED_FOR
    assert [rules.is_short(balance) for balance in (0, 19, 20)] == [True, True, False]


async def test_a_friend_by_a_link_is_followed_down_to_the_visit_and_the_money(town: Town):
    way, manager = await made(town), await make.acting(Role.GM, town.store)
    await follow(town, way)
    counter = await make_checkout((("小保养", 40_00, 60_00, Payer.CP, LineState.QC_OK),), store=town.store)
    friend = await Friendship.get(state=way.token)
    await merge(system("test"), friend.customer_id, counter.customer.id, reason="the same person came with the car")
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    row = await queries.one(manager, way.id, Span.WEEK)
    assert (row.added, row.lost, row.visited, row.paid_fen) == (1, 0, 1, 100_00)
    [person] = await figures.of_code(manager, way.id, Step.PAID)
    assert (person.customer_id, person.paid_fen) == (friend.customer_id, 100_00)
