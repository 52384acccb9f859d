"""The notice that a service is due: only to whom it is the turn of, only while it is true, never to a control group."""

from datetime import timedelta

import pytest

from campaigns.broadcasts.models import Recipient, RecipientState
from campaigns.measuring import Cohort
from campaigns.waking import counting
from campaigns.waking.loop import following, noticing, service, turning
from campaigns.waking.loop.models import WakingAttempt
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.rules import Path
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer, IdentityKind
from crm_core.due_dates import counting as due_dates
from crm_core.messaging.models import Message, MessageState
from crm_core.wording.catalogue import catalogue
from foundation import clock, database
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import make_appointment

pytestmark = pytest.mark.usefixtures("database")
NOTICE = "service_due"


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
        NOTICE,
        remaining,
    )


@pytest.fixture
async def house() -> House:
    """Two sleeping owners whose cars are due and who agreed to nothing but this notice, on the day of their turn."""
    made = await make_house(2)
    await database.execute("UPDATE consent SET withdrawn_at = $1", clock.now())
    for customer_id in (made.crowd.first_id, made.crowd.first_id + 1):
        owner = await Customer.get(id=customer_id)
        await make.make_vehicle(
            owner,
            vin=f"LYFNOTICE{customer_id:08}",
            plate="",
            home_store_id=made.store.id,
            delivered_on=clock.today() - timedelta(days=480),
        )
        await _allow(customer_id)
    await due_dates.recount()
    await service.start(made.marketer, made.store.id)
    await counting.recount()
    await turning.turn(clock.today())
    tries = await WakingAttempt.all()
    assert [one.path for one in tries] == [Path.NOTICE, Path.NOTICE]
    await clock.set_to(clock.at(tries[0].from_on, 10))
    return made


async def test_each_is_told_once_about_their_car_and_without_an_offer(house: House):
    for _ in range(2):
        await noticing.notice()
    rows = await Message.filter(template=NOTICE).order_by("id")
    assert [row.customer_id for row in rows] == [house.crowd.first_id, house.crowd.first_id + 1]
    assert catalogue().message(NOTICE).meta.kind == "service"
    assert set(rows[0].facts) == {"store_short", "model_short", "plate", "due_on"}
    await Message.filter(id=rows[0].id).update(state=MessageState.SENT, sent_at=clock.now())
    await following.follow()
    told = await WakingAttempt.get(customer_id=house.crowd.first_id)
    assert told.state is AttemptState.OPEN
    assert told.sent_at is not None


async def test_whoever_allows_none_any_more_or_switched_it_off_is_told_nothing(house: House):
    await database.execute("UPDATE subscribe_allowance SET remaining = 0 WHERE openid = $1", _openid(house, 0))
    await database.execute(
        "INSERT INTO notice_off (customer_id, notice, since) VALUES ($1, $2, $3)",
        house.crowd.first_id + 1,
        NOTICE,
        clock.now(),
    )
    await noticing.notice()
    assert not await Message.filter(template=NOTICE).exists()


def _openid(house: House, number: int) -> str:
    return f"openid-{house.crowd.first_id + number}"


async def test_whoever_is_in_a_control_group_or_booked_is_told_nothing(house: House):
    broadcast = await house.draft()
    await database.execute("UPDATE broadcast SET frozen_at = $2 WHERE id = $1", broadcast.id, clock.now())
    await Recipient.create(
        broadcast_id=broadcast.id,
        customer_id=house.crowd.first_id,
        cohort=Cohort.CONTROL,
        state=RecipientState.CONTROL,
    )
    await make_appointment(house.crowd.first_id + 1, house.store, AppointmentState.CONFIRMED)
    await noticing.notice()
    assert not await Message.filter(template=NOTICE).exists()


async def test_what_waits_is_true_only_while_the_car_is_due_and_the_loop_runs(house: House):
    await noticing.notice()
    row = await Message.filter(template=NOTICE).order_by("id").first()
    assert row is not None
    vehicle_id = int(row.about.removeprefix("vehicle:"))
    assert await noticing.still_due(vehicle_id)
    await service.pause(house.marketer, house.store.id)
    assert not await noticing.still_due(vehicle_id)
    await service.start(house.marketer, house.store.id)
    await database.execute("UPDATE due_date SET due_on = $1", clock.today() + timedelta(days=1))
    assert not await noticing.still_due(vehicle_id)


async def test_nobody_is_told_of_a_car_that_is_not_due(house: House):
    await database.execute("UPDATE due_date SET due_on = $1", clock.today() + timedelta(days=1))
    await noticing.notice()
    assert not await Message.filter(template=NOTICE).exists()
