"""The one list of reasons, on a real database: each reason alone, its edges, and the same answer for one person."""

from datetime import timedelta

import pytest

from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.contact_permission import contact_permission
from campaigns.exclusions import REASONS, Exclusion, Moment
from campaigns.mass_channels import USUAL, channel_of, mass_channels
from campaigns.measuring import Cohort
from campaigns.reachability import reach_sql
from campaigns.sql import asked_now
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.repair_orders.rules import HeaderState
from foundation import clock, database
from tests import factories as make
from tests.campaigns.people import SLEEPING, Crowd, make_appointment, make_crowd, make_hand_over, make_order, sellers

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def crowd() -> Crowd:
    """Four owners who can be reached."""
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    return await make_crowd(4, store, await sellers(store, 1))


async def _reason(customer_id: int, moment: Moment = Moment.COUNT) -> str:
    to = await asked_now()
    sql = reach_sql(f"c.id = {to.add(customer_id, 'bigint')}", to, moment=moment, channel=channel_of(USUAL))
    row = await database.fetch_one(sql, *to.values)
    assert row is not None
    return str(row["reason"])


def test_every_reason_has_words_and_is_asked_before_a_task_is_made():
    assert list(REASONS) == list(Exclusion)
    assert all({Moment.COUNT, Moment.SEND} <= reason.asked for reason in REASONS.values())
    assert all(reason.label(channel) for reason in Exclusion for channel in mass_channels())


def test_while_a_task_waits_all_is_asked_that_can_still_happen_to_a_person():
    waiting = {one for one, reason in REASONS.items() if Moment.WAIT in reason.asked}
    assert set(Exclusion) - waiting == {
        Exclusion.HELD_OUT,
        Exclusion.WEEKLY_CAP,
        Exclusion.MONTHLY_CAP,
        Exclusion.ALWAYS_QUIET,  # `broadcasts.putting_off` looks at the hours of those who wait.
        Exclusion.STAFF_LEFT,
        Exclusion.DUPLICATE,
    }


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (HeaderState.OPENED, "IN_WORKSHOP"),
        (HeaderState.PAID, "IN_WORKSHOP"),
        (HeaderState.LEFT, ""),
        (HeaderState.CLOSED, ""),
    ],
)
async def test_a_car_in_the_workshop_excludes_who_brought_it(
    crowd: Crowd, state: HeaderState, reason: str, moment: Moment
):
    await make_order(crowd.first_id, crowd.store, state, opened_at=clock.now() - timedelta(days=20))
    assert await _reason(crowd.first_id, moment) == reason


async def test_a_car_brought_by_somebody_else_excludes_its_owner_too(crowd: Crowd):
    owner = await Customer.get(id=crowd.first_id)
    car = await make.make_vehicle(owner, is_bound=False)
    await make_order(crowd.first_id + 1, crowd.store, HeaderState.IN_PROGRESS, vehicle_id=car.id)
    await make_appointment(crowd.first_id + 2, crowd.store, AppointmentState.REQUESTED, vehicle_id=car.id)
    assert [await _reason(crowd.first_id + n) for n in range(4)] == ["IN_WORKSHOP", "IN_WORKSHOP", "BOOKED", ""]


@pytest.mark.parametrize(
    ("state", "reason"),
    [(AppointmentState.CONFIRMED, "BOOKED"), (AppointmentState.CANCELLED, ""), (AppointmentState.NO_SHOW, "")],
)
async def test_a_booking_excludes_until_it_is_over(crowd: Crowd, state: AppointmentState, reason: str):
    await make_appointment(crowd.first_id, crowd.store, state)
    assert await _reason(crowd.first_id, Moment.WAIT) == reason


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (HandOverState.AWAITING_OWNER, "HAND_OVER_OPEN"),
        (HandOverState.DISPUTED, "HAND_OVER_OPEN"),
    ],
)
async def test_a_hand_over_nobody_confirmed_excludes(crowd: Crowd, state: HandOverState, reason: str):
    await make_hand_over(crowd.first_id, crowd.store, state)
    assert await _reason(crowd.first_id, Moment.SEND) == reason


@pytest.mark.parametrize(
    ("cohort", "days", "reason"),
    [(Cohort.CONTROL, 30, "HELD_OUT"), (Cohort.CONTROL, 31, ""), (Cohort.PLANNED, 30, "")],
)
async def test_whoever_is_compared_with_by_one_broadcast_is_left_alone_by_others(
    crowd: Crowd, cohort: Cohort, days: int, reason: str
):
    other = await Broadcast.create(
        name="别的活动", definition=SLEEPING, template="group_send_wake_up", content={}, budget_fen=0, content_hash="",
        state=BroadcastState.RUNNING, author_id=crowd.staff[0].id, created_at=clock.now(),
        frozen_at=clock.at(clock.today() - timedelta(days=days)),
    )  # fmt: skip
    state = RecipientState.CONTROL if cohort is Cohort.CONTROL else RecipientState.QUEUED
    await Recipient.create(broadcast_id=other.id, customer_id=crowd.first_id, cohort=cohort, state=state)
    assert [await _reason(crowd.first_id), await _reason(crowd.first_id + 1)] == [reason, ""]
    to = await asked_now()
    sql = reach_sql("true", to, channel=channel_of(USUAL), besides_broadcast=other.id)
    rows = await database.fetch(sql, *to.values)
    assert {row["reason"] for row in rows} == {""}, "its own control group is drawn by itself"


@pytest.mark.parametrize(("days", "reason"), [(7, "RECENT_VISIT"), (8, "")])
@pytest.mark.parametrize("column", ["opened_at", "delivered_at"])
async def test_who_was_here_without_real_work_is_left_alone_as_long(crowd: Crowd, days: int, reason: str, column: str):
    long_ago = clock.now() - timedelta(days=60)
    at = clock.at(make.MONDAY - timedelta(days=days), 23, 59)
    await make_order(crowd.first_id, crowd.store, HeaderState.CLOSED, **{"opened_at": long_ago, column: at})
    assert await _reason(crowd.first_id) == reason


async def test_the_head_of_the_customers_page_says_the_same_reason(crowd: Crowd):
    assert (await contact_permission(crowd.first_id)).marketing_allowed
    await make_order(crowd.first_id, crowd.store, HeaderState.IN_PROGRESS)
    told = await contact_permission(crowd.first_id)
    assert (told.marketing_allowed, told.refusal) == (False, "IN_WORKSHOP")
    assert told.sentence == "服务可以；营销：车在店里，先不打扰。"
    await make_order(crowd.first_id + 1, crowd.store, HeaderState.LEFT)
    assert (await contact_permission(crowd.first_id + 1)).refusal == "RECENT_VISIT"
