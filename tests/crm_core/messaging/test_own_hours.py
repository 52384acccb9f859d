"""A notice that is as true an hour later waits for the end of its owner's quiet hours; what they wait for does not."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.customers.models import Customer
from crm_core.customers.quiet_hours.models import QuietHours, QuietSource
from crm_core.dealerships.models import Role
from crm_core.messaging import delivery, own_hours
from crm_core.messaging.channels.subscribe import NO_ALLOWANCE
from crm_core.messaging.models import Message, MessageState
from crm_core.messaging.service import say
from crm_core.wording.catalogue import catalogue
from foundation import clock
from foundation.refs import Ref
from tests import factories as make
from tests.campaigns.people import make_coupon_template

pytestmark = pytest.mark.usefixtures("database")
NIGHT = clock.at(make.MONDAY, 23)
MORNING = clock.at(make.MONDAY + timedelta(days=1), 8)


async def _said() -> int:
    """At eleven at night an owner, who is quiet from ten until eight, is to be told that a coupon ends."""
    await clock.set_to(NIGHT)
    wire()
    store = await make.make_store(advisors=0)
    customer: Customer = await make.make_customer(store)
    await QuietHours.create(
        customer_id=customer.id,
        starts_minute=22 * 60,
        ends_minute=8 * 60,
        source=QuietSource.PHONE,
        noted_by_id=(await make.make_staff(Role.CRC, store)).id,
        since=clock.now(),
    )
    template = await make_coupon_template()
    coupon = await Coupon.create(
        template_id=template.id,
        customer_id=customer.id,
        person_no=1,
        state=CouponState.AVAILABLE,
        source="gift",
        issued_at=clock.now(),
        claim_by=clock.now(),
        claimed_at=clock.now(),
        valid_to=clock.now() + timedelta(days=3),
    )
    assert coupon.valid_to is not None
    message_id = await say(
        "coupon_expiring",
        {"coupon": "工时券", "valid_until": clock.local(coupon.valid_to).date(), "rule": "仅抵工时", "days_left": 3},
        customer_id=customer.id,
        about=Ref("coupon", coupon.id),
        dedupe_key="one",
    )
    assert message_id is not None
    return message_id


async def test_it_waits_until_the_hours_are_over_and_then_goes_its_way():
    message_id = await _said()
    assert await delivery.deliver(message_id) == MORNING
    assert (await Message.get(id=message_id)).state is MessageState.PENDING
    await clock.set_to(MORNING)
    assert await delivery.deliver(message_id) is None
    ended = await Message.get(id=message_id)
    # Nobody has accepted a notice here; that it was asked for shows that it did not wait any longer.
    assert (ended.state, ended.reason) == (MessageState.SKIPPED, NO_ALLOWANCE.reason)


async def test_one_that_is_worthless_by_then_ends_with_its_reason():
    message_id = await _said()
    await Message.filter(id=message_id).update(send_before=MORNING - timedelta(minutes=1))
    assert await delivery.deliver(message_id) is None
    ended = await Message.get(id=message_id)
    assert (ended.state, ended.reason) == (MessageState.SKIPPED, own_hours.TOO_LATE)


def test_only_what_nobody_waits_for_may_wait():
    assert {message.name for message in catalogue() if message.meta.may_wait} == {
        "coupon_arrived",
        "coupon_expiring",
        "coupon_voided",
        "service_due",
        "survey_invitation",
    }
