"""Counting a segment on a real database: each row narrows, other stores stay hidden, each exclusion has one reason."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest

from campaigns.broadcasts import drafting
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState
from campaigns.exclusions import Exclusion
from campaigns.mass_channels import USUAL, channel_of
from campaigns.measuring import Cohort
from campaigns.segments import queries, service
from campaigns.segments.conditions import AnyCondition
from campaigns.segments.definition import parse
from campaigns.segments.errors import DefinitionNotClear, SegmentNotFound
from campaigns.waking.early_signals import Signal
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer, Friendship
from crm_core.customers.quiet_hours.models import QuietHours, QuietSource
from crm_core.dealerships.models import Role, Staff
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.repair_orders.rules import HeaderState
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.campaigns.people import (
    EVERYBODY,
    SLEEPING,
    make_appointment,
    make_coupon_template,
    make_crowd,
    make_hand_over,
    make_order,
    sellers,
)
from tests.campaigns.segments.test_definition import HOSTILE, X6_SLEEPERS

pytestmark = pytest.mark.usefixtures("database")
KINDS = [get_args(kind.model_fields["field"].annotation)[0] for kind in get_args(get_args(AnyCondition)[0])]


async def _store_with(size: int, how_many_sellers: int = 2):
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(size, store, await sellers(store, how_many_sellers))
    return crowd, await make.acting(Role.MKT, store, name="林晓")


async def test_each_row_shows_how_many_remain_and_the_last_is_the_whole():
    crowd, marketer = await _store_with(30)
    await Customer.filter(id__lt=crowd.first_id + 10).update(spend_fen=500_000)
    await Customer.filter(id__gte=crowd.first_id + 25).update(next_service_due_on=clock.today())
    rich = {"field": "spend", "at_least_fen": 300_000}
    tree = {"match": "all", "items": [EVERYBODY["items"][0], SLEEPING["items"][0], rich]}
    counted = await queries.preview(marketer, tree)
    assert (counted.remaining, counted.people) == ([30, 25, 10], 10)
    either = await queries.preview(marketer, {"match": "any", "items": [SLEEPING["items"][0], rich]})
    assert (either.remaining, either.people) == ([25, 10], 25)
    neither = await queries.preview(marketer, {"match": "none", "items": [SLEEPING["items"][0], rich]})
    assert (neither.remaining, neither.people) == ([5, 5], 5)


async def test_an_exclusion_keeps_those_of_whom_nothing_is_known():
    crowd, marketer = await _store_with(4)
    await Customer.filter(id=crowd.first_id).update(last_visit_on=None)
    not_lately = {"match": "none", "items": [{"field": "last_visit_days_ago", "at_most_days": 30}]}
    assert (await queries.preview(marketer, not_lately)).people == 4


async def test_every_condition_can_be_asked():
    _, marketer = await _store_with(3)
    conditions: list[dict[str, Any]] = [
        *X6_SLEEPERS["items"],
        {"field": "powertrain", "values": ["BEV"]},
        {"field": "car_age", "at_least_years": 1, "at_most_years": 9},
        {"field": "service_due", "within_days": 30},
        {"field": "service_due", "overdue_days": 30},
        {"field": "last_visit", "from_on": "2020-01-01", "until_on": "2026-01-01"},
        {"field": "last_visit_days_ago", "at_least_days": 30, "at_most_days": 900},
        {"field": "visit_count", "at_least": 1, "at_most": 9},
        {"field": "tags", "values": ["VIP", HOSTILE]},
        {"field": "home_store", "store_ids": [1]},
        {"field": "friend", "value": False},
        {"field": "consent", "purpose": "MARKETING_CALL", "value": False},
        {"field": "first_source", "values": ["WALK_IN"]},
        {"field": "coupon", "has": "usable", "template_id": 5},
        {"field": "coupon", "has": "none"},
        {"field": "plate", "values": ["粤", "粤B", "粤BD1245"]},
        {"field": "mileage", "at_least_km": 20_000, "at_most_km": 80_000},
        {"field": "model_year", "from_year": 2019, "until_year": 2022},
        {"field": "delivered", "from_on": "2020-01-01", "until_on": "2026-01-01"},
        {"field": "delivered_days_ago", "at_least_days": 30, "at_most_days": 900},
        {"field": "inspection_ends", "within_days": 60},
        {"field": "warranty_ends", "within_days": 60},
        {"field": "recall_open"},
        {"field": "declined_work", "within_days": 90, "urgencies": ["RED", "YELLOW"]},
        {"field": "item_done", "item_id": 5, "months": 24, "value": False},
        {"field": "paid_visits", "months": 12, "at_most": 0},
        {"field": "paid_sum", "months": 24, "at_least_fen": 1_000_00, "at_most_fen": 9_000_00},
        {"field": "rfm", "recency_at_most": 2, "monetary_at_least": 4},
        {"field": "value", "at_least_tenths": 35, "at_most_tenths": 50},
        {"field": "value_group", "values": ["高价值流失", "重点保持"]},
        {"field": "in_workshop"},
        {"field": "booked", "value": False},
        {"field": "bookings", "ended": "cancelled", "months": 6, "at_least": 2},
        {"field": "complaint", "has": "open"},
        {"field": "complaint", "has": "none", "within_days": 180},
        {"field": "survey", "within_days": 90, "value": False},
        {"field": "nps", "at_most": 6},
        {"field": "on_file_days", "at_least_days": 1, "at_most_days": 900},
        {"field": "company", "value": True},
        {"field": "mini_program", "value": False},
        {"field": "phone", "value": True},
        {"field": "cars", "at_least": 1, "at_most": 3},
        {"field": "campaign", "did": "ignored", "at_least_days": 7, "at_most_days": 90},
        {"field": "campaign", "did": "claimed", "value": False, "broadcast_ids": [1, 2], "times": 2},
        {"field": "fixed_list", "list_ids": [1]},
        {"field": "happened", "event": "PAID_VISIT", "from_on": "2026-01-01", "until_on": "2026-06-30"},
        {"field": "city", "values": ["深圳"]},
        {"field": "birthday", "within_days": 7},
        {"field": "birthday", "months": [1, 12]},
        {"field": "waking_path", "values": ["CALL"]},
        {"field": "waking_turn", "values": ["MASS", "SMS"]},
        {"field": "early_signals", "values": list(Signal), "at_least": 2},
        {"field": "customer_noted", "code": "fleet", "is_yes": True},
        {"field": "car_noted", "code": "contract_ends", "until_on": "2027-03-31"},
    ]
    assert {condition.get("field") for condition in conditions} >= set(KINDS) - {"spend"}
    for match in ("all", "any", "none"):
        for condition in conditions:
            counted = await queries.preview(marketer, {"match": match, "items": [condition]})
            assert 0 <= counted.people <= 3
            assert counted.remaining == [counted.people]
    assert await database.fetch_value("SELECT count(*) FROM customer") == 3


async def test_cars_are_counted_beside_people():
    crowd, marketer = await _store_with(2)
    owner = await Customer.get(id=crowd.first_id)
    model = await make.make_vehicle_model()
    for number, vin in enumerate(make.VINS[:3]):
        await make.make_vehicle(owner, vin=vin, plate=f"粤B{number:05d}", model_id=model.id, is_bound=False)
    counted = await queries.preview(marketer, {"match": "all", "items": [{"field": "series", "values": ["云帆X6"]}]})
    assert (counted.people, counted.cars) == (1, 3)


async def test_what_is_asked_about_a_car_is_met_by_one_and_the_same_car():
    crowd, marketer = await _store_with(3)
    x6 = await make.make_vehicle_model(series="云帆X6")
    s5 = await make.make_vehicle_model(series="云帆S5")
    soon, old, young = clock.today() + timedelta(days=9), date(2015, 5, 1), clock.today() - timedelta(days=300)

    async def owns(number: int, *cars: dict[str, Any]) -> None:
        customer = await Customer.get(id=crowd.first_id + number)
        for columns in cars:
            vin = f"LYFAA4DE1T1{await Vehicle.all().count():06d}"
            await make.make_vehicle(customer, vin=vin, is_bound=False, **columns)

    await owns(0, {"model_id": x6.id, "delivered_on": young}, {"model_id": s5.id, "delivered_on": old})
    await owns(1, {"model_id": x6.id, "delivered_on": old, "insurance_ends_on": soon})
    await owns(2, {"model_id": x6.id, "delivered_on": old}, {"model_id": s5.id, "next_service_due_on": soon})
    is_x6, is_old = {"field": "series", "values": ["云帆X6"]}, {"field": "car_age", "at_least_years": 5}
    due, insured = {"field": "service_due", "within_days": 30}, {"field": "insurance_ends", "within_days": 30}
    everybody, either = EVERYBODY["items"][0], {"match": "any", "items": [due, insured]}
    old_x6 = {"match": "all", "items": [is_x6, is_old]}
    for tree, remaining in (
        ({"match": "all", "items": [is_old, everybody, is_x6]}, [3, 3, 2]),
        ({"match": "all", "items": [is_x6, due]}, [3, 0]),
        ({"match": "all", "items": [is_x6, either]}, [3, 1]),
        ({"match": "any", "items": [is_old, due, everybody]}, [3, 1, 3]),
        ({"match": "all", "items": [everybody, old_x6]}, [3, 2]),
        # An exclusion is about the person: who owns any such car is out.
        (
            {
                "match": "all",
                "items": [everybody, {"match": "none", "items": [{"match": "all", "items": [is_x6, is_old]}]}],
            },
            [3, 1],
        ),
        ({"match": "none", "items": [due, insured]}, [2, 1]),
        # Unless any car will do.
        ({"match": "all", "items": [is_x6, due], "any_car": True}, [3, 1]),
        ({"match": "all", "items": [everybody, {**old_x6, "any_car": True}]}, [3, 3]),
        ({"match": "all", "items": [is_x6, {"match": "any", "items": [due, insured], "any_car": True}]}, [3, 2]),
    ):
        counted = await queries.preview(marketer, tree)
        assert (counted.remaining, counted.people) == (remaining, 3 if tree["match"] == "any" else remaining[-1])
        reach = await queries.count_reach(parse(tree), frozenset({crowd.store.id}), [channel_of(USUAL)])
        assert counted.people == reach.people


async def test_a_marketer_sees_only_the_customers_of_their_stores():
    _, marketer = await _store_with(5)
    other = await make.make_store(advisors=0)
    await make_crowd(7, other, await sellers(other, 1))
    assert (await queries.preview(marketer, EVERYBODY)).people == 5
    group = await make.acting(Role.MKT)
    assert (await queries.preview(group, EVERYBODY)).people == 12
    with pytest.raises(NotAllowed):
        await queries.preview(await make.acting(Role.TEC, other), EVERYBODY)


async def test_everybody_is_excluded_for_their_first_reason_only():
    crowd, marketer = await _store_with(20)
    today, ids = clock.today(), iter(range(crowd.first_id, crowd.first_id + 20))

    async def change(**columns) -> int:
        customer_id = next(ids)
        await Customer.filter(id=customer_id).update(**columns)
        return customer_id

    segment = await service.create(marketer, name="睡着的", definition=SLEEPING)
    wanted = BroadcastDraft("上次的", segment.id, "天冷了。", (await make_coupon_template()).id, 10, 100_00)
    earlier = [(await drafting.draft(marketer, wanted)).id for _ in range(3)]

    async def contacted(customer_id: int, *days_ago: int) -> None:
        for number, days in enumerate(days_ago):
            await database.execute(
                "INSERT INTO broadcast_recipient (broadcast_id, customer_id, cohort, state, reason, task_number, "
                "  address, contacted_on, is_last_touch) "
                "VALUES ($1, $2, 'PLANNED', 'TASKED', '', 0, '', $3, false)",
                earlier[number],
                customer_id,
                today - timedelta(days=days),
            )

    await Friendship.filter(customer_id=await change(gone_reason="SOLD")).update(ended_at=clock.now())
    await change(gone_reason="SOLD", marketing_stopped_at=clock.now())
    stopped = await change(marketing_stopped_at=clock.now())
    await database.execute("UPDATE consent SET withdrawn_at = $2 WHERE customer_id = $1", stopped, clock.now())
    unasked = await change(complaint_until=today)
    await database.execute("DELETE FROM consent WHERE customer_id = $1", unasked)
    await change(complaint_until=today, last_visit_on=today)
    await make_hand_over(await change(last_visit_on=today), crowd.store, HandOverState.DISPUTED)
    await make_order(await change(last_visit_on=today), crowd.store, HeaderState.IN_PROGRESS)
    await make_appointment(await change(last_visit_on=today), crowd.store, AppointmentState.CONFIRMED)
    await change(complaint_until=today - timedelta(days=1), last_visit_on=today - timedelta(days=7))
    await Broadcast.filter(id=earlier[0]).update(frozen_at=clock.now())
    await Recipient.create(
        broadcast_id=earlier[0], customer_id=await change(), cohort=Cohort.CONTROL, state=RecipientState.CONTROL
    )
    await contacted(await change(), 6)
    await contacted(await change(), 8, 15, 29)
    await contacted(await change(last_visit_on=today - timedelta(days=8)), 7, 30, 31)  # Just allowed again.
    await QuietHours.create(
        customer_id=await change(),
        starts_minute=0,
        ends_minute=24 * 60 - 1,
        source=QuietSource.MINI_PROGRAM,
        since=clock.now(),
    )
    twin = await Customer.get(id=next(ids))
    await change(name=twin.name, phone=twin.phone)
    await change(phone=twin.phone)  # The same phone under another name is a family.
    leaver = await make.make_staff(Role.SC, crowd.store)
    await Staff.filter(id=leaver.id).update(is_active=False)
    await Friendship.filter(customer_id=await change()).update(staff_id=leaver.id)
    reach = (await queries.preview(marketer, EVERYBODY)).reach
    assert reach.excluded == dict.fromkeys(Exclusion, 1)
    assert reach.reachable == 20 - len(Exclusion)
    shown = await queries.sample(marketer, EVERYBODY, exclusion=Exclusion.OPTED_OUT)
    assert [row.exclusion for row in shown] == [Exclusion.OPTED_OUT]


async def test_a_sample_is_twenty_masked_people():
    _, marketer = await _store_with(30)
    rows = await queries.sample(marketer, SLEEPING)
    assert len(rows) == 20
    assert {row.name for row in rows} == {"车*"}
    assert {row.dormancy for row in rows} == {"LAPSED"}


async def test_a_stale_save_is_refused_with_who_saved_first():
    crowd, marketer = await _store_with(1)
    colleague = await make.acting(Role.MKT, crowd.store, name="小周")
    segment = await service.create(marketer, name="沉睡", definition=SLEEPING)
    await service.edit(colleague, segment.id, expected_version=1, name="沉睡车主", definition=SLEEPING)
    with pytest.raises(StaleVersion) as refused:
        await service.edit(marketer, segment.id, expected_version=1, name="我的", definition=SLEEPING)
    assert refused.value.details["saved_by"] == "小周"
    with pytest.raises(StaleVersion):
        await service.archive(marketer, segment.id, expected_version=1)
    listed = await queries.of_reader(marketer)
    assert [(row.name, row.version) for row in listed] == [("沉睡车主", 2)]


async def test_segments_of_other_stores_do_not_exist():
    crowd, marketer = await _store_with(1)
    segment = await service.create(marketer, name="沉睡", definition=SLEEPING)
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    for attempt in (
        queries.one(stranger, segment.id),
        service.edit(stranger, segment.id, expected_version=1, name="x", definition=SLEEPING),
        service.archive(stranger, segment.id, expected_version=1),
    ):
        with pytest.raises(SegmentNotFound):
            await attempt
    assert await queries.of_reader(stranger) == []
    assert [row.people for row in await queries.overlap(marketer, EVERYBODY)] == [crowd.size]


async def test_what_is_not_clear_is_not_saved():
    _, marketer = await _store_with(1)
    with pytest.raises(DefinitionNotClear):
        await service.create(marketer, name="x", definition={"match": "all", "items": [{"field": "spend"}]})
    assert await queries.of_reader(marketer) == []
