"""The notice that a service is due as a way of a broadcast: no offer, within what each owner accepted, never twice."""

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest

from campaigns.broadcasts import advancing, parts
from campaigns.broadcasts import jobs as clock_jobs
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.broadcasts.ways import WantedWay
from campaigns.channels import subscribe_mass
from campaigns.channels.subscribe_mass import DUE_NOTICE, SubscribeMass
from campaigns.contents.errors import ContentNotAccepted
from campaigns.measuring import Cohort
from campaigns.own_words import Content
from crm_core.customers.models import Customer, IdentityKind, Purpose
from crm_core.due_dates import counting as due_dates
from crm_core.messaging import delivery
from crm_core.messaging.models import Message, MessageState
from foundation import clock, database
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house

pytestmark = pytest.mark.usefixtures("database")
S = RecipientState
BY_NOTICE: Final[dict[str, Any]] = {"channel": "SUBSCRIBE_MASS", "coupon_template_id": None}


async def _allow(customer_id: int, remaining: int = 1) -> None:
    openid = f"openid-{customer_id}"
    await database.execute(
        "INSERT INTO identity (customer_id, kind, value, created_at) VALUES ($1, $2, $3, $4)",
        customer_id,
        IdentityKind.OPENID.value,
        openid,
        clock.now(),
    )
    await database.execute(
        "INSERT INTO subscribe_allowance (openid, template, remaining, always_declines) VALUES ($1, $2, $3, false)",
        openid,
        DUE_NOTICE,
        remaining,
    )


@pytest.fixture
async def house() -> House:
    """Ten sleeping owners who agreed to service notices and WeCom; the cars of eight are due, of whom six allow one."""
    made = await make_house(10, how_many_sellers=1)
    first = made.crowd.first_id
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        f"SELECT id, '{Purpose.SERVICE_NOTICE}', 'v1', $1, 'mini_program', '{{}}', '' FROM customer WHERE id >= $2",
        clock.now(),
        first,
    )
    for number in range(8):
        await make.make_vehicle(
            await Customer.get(id=first + number),
            vin=f"LYFNOTICE{number:08}",
            plate="",
            home_store_id=made.store.id,
            delivered_on=clock.today() - timedelta(days=480),
        )
        if number < 6:
            await _allow(first + number)
    await due_dates.recount()
    return made


async def _states(broadcast: Broadcast) -> Counter[tuple[int, RecipientState]]:
    rows = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED)
    return Counter((row.way, row.state) for row in rows)


async def _sent(message: Message) -> None:
    await Message.filter(id=message.id).update(state=MessageState.SENT, sent_at=clock.now())


async def test_who_allows_one_is_told_once_and_everybody_else_goes_by_the_next_way(house: House):
    broadcast = await house.running(**BY_NOTICE, ways=[WantedWay("WECOM_MASS", after_days=1)])
    by_way = Counter(row.way for row in await Recipient.filter(broadcast_id=broadcast.id).exclude(cohort="EXCLUDED"))
    assert by_way == {0: 6, 1: 4}
    send_task = await SendTask.get(broadcast_id=broadcast.id, staff_id=None)
    for _ in range(2):
        await advancing.advance(send_task.id)
    planned = await Recipient.filter(broadcast_id=broadcast.id, way=0, cohort=Cohort.PLANNED)
    messages = await Message.filter(template=DUE_NOTICE)
    assert sorted(one.customer_id or 0 for one in messages) == sorted(one.customer_id for one in planned)
    assert all(set(one.facts) == {"store_short", "model_short", "plate", "due_on"} for one in messages)
    for one in messages:
        await _sent(one)
    await advancing.advance(send_task.id)
    assert (await _states(broadcast))[0, S.SENT] == len(planned)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.SENT


async def test_whose_accept_was_used_up_meanwhile_goes_on_with_the_reason(house: House):
    broadcast = await house.running(**BY_NOTICE, ways=[WantedWay("WECOM_MASS", after_days=1)])
    send_task = await SendTask.get(broadcast_id=broadcast.id, staff_id=None)
    await advancing.advance(send_task.id)
    first, *others = await Message.filter(template=DUE_NOTICE).order_by("id")
    await database.execute("UPDATE subscribe_allowance SET remaining = 0")
    for one in others:
        await _sent(one)
    await delivery.deliver(first.id)
    assert (await Message.get(id=first.id)).state is MessageState.SKIPPED
    await advancing.advance(send_task.id)
    told = await Recipient.get(broadcast_id=broadcast.id, customer_id=first.customer_id)
    assert told.state is S.TASKED, "an accept may still come within minutes"
    await clock.advance(timedelta(minutes=6))
    await advancing.advance(send_task.id)
    await clock_jobs.fall_due()
    told = await Recipient.get(broadcast_id=broadcast.id, customer_id=first.customer_id)
    assert (told.way, told.state) == (1, S.QUEUED)
    [notice, _] = await parts.by_way(broadcast.id)
    assert (notice.sent, [(one.why, one.people) for one in notice.left]) == (
        len(others),
        [(SubscribeMass.unreached, 1)],
    )
    assert not await subscribe_mass.still_due(int(first.about.partition(":")[2])), "nor is it sent late"


async def test_a_worker_that_dies_after_the_messages_were_written_tells_nobody_twice(house: House, monkeypatch):
    broadcast = await house.running(**BY_NOTICE)
    send_task = await SendTask.get(broadcast_id=broadcast.id, staff_id=None)
    make_it = SubscribeMass.make

    async def dies(*args, **kwargs):
        await make_it(*args, **kwargs)
        raise RuntimeError("the worker is gone")

    monkeypatch.setattr(SubscribeMass, "make", dies)
    with pytest.raises(RuntimeError):
        await advancing.advance(send_task.id)
    monkeypatch.setattr(SubscribeMass, "make", make_it)
    written = await Message.filter(template=DUE_NOTICE).count()
    await database.execute("UPDATE send_task SET leased_at = leased_at - interval '10 minutes'")
    await advancing.advance(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CREATED
    assert await Message.filter(template=DUE_NOTICE).count() == written


async def test_it_carries_no_coupon_no_offer_and_no_other_words(house: House):
    with pytest.raises(ContentNotAccepted, match="只能发服务通知，不能送券和优惠"):
        await house.draft(channel="SUBSCRIBE_MASS")
    with pytest.raises(ContentNotAccepted, match="不能送券"):
        await house.draft(ways=[WantedWay("SUBSCRIBE_MASS", after_days=1)])
    with pytest.raises(ContentNotAccepted, match="文字是平台审过的"):
        await house.draft(**BY_NOTICE, words=Content("保养工时全免，快来！", []))
    kept = await house.draft(coupon_template_id=None, ways=[WantedWay("SUBSCRIBE_MASS", after_days=1)])
    assert kept.coupon_template_id is None
