"""A changed rule holds in its store only, from its moment only; who, when and why is kept; two never both win."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from crm_core.appointments import booking
from crm_core.appointments.errors import SlotTooFar
from crm_core.appointments.jobs import mark_no_shows
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.contact.rules import ContactPolicy
from crm_core.customers import listing
from crm_core.customers.dormancy import Dormancy, DormancyPolicy
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Role
from crm_core.policies import changing, current
from crm_core.policies.current import group_policy, policy_of
from crm_core.policies.errors import (
    AlreadyInEffect,
    EffectiveInThePast,
    NotForTheGroup,
    PolicyConflict,
    PolicyIsTheGroups,
    PolicyNotFound,
    PolicyUnchanged,
    PolicyValueRefused,
)
from crm_core.policies.models import PolicyChange
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make


@pytest.fixture(autouse=True)
async def morning(database: None) -> None:
    await clock.set_to(clock.at(make.MONDAY, 9))


async def _set(
    actor: Actor, field: str, value: object, *, policy: str = "appointments", **rest: object
) -> PolicyChange:
    asked = {"store_id": None, "reason": "试一试", "expected_version": 0, **rest}
    return await changing.change(actor, policy, field, value, **asked)  # type: ignore[arg-type]


async def test_a_change_moves_a_verb_in_that_store_only_and_from_that_moment_only():
    store, other = await make.make_store(), await make.make_store()
    manager = await make.acting(Role.GM, store)
    far = clock.now() + timedelta(days=50)
    with pytest.raises(SlotTooFar):
        await booking.require_in_reach(store.id, far)
    tomorrow = clock.now() + timedelta(days=1)
    await _set(manager, "days_ahead", 60, store_id=store.id, effective_from=tomorrow)
    with pytest.raises(SlotTooFar):
        await booking.require_in_reach(store.id, far)
    await clock.set_to(tomorrow)
    await booking.require_in_reach(store.id, far)
    with pytest.raises(SlotTooFar):
        await booking.require_in_reach(other.id, far)


async def test_one_run_of_a_job_goes_by_each_stores_own_patience():
    patient, usual = await make.make_store(), await make.make_store()
    await _set(await make.acting(Role.GM, patient), "no_show_after_slot_end_minutes", 120, store_id=patient.id)
    begun = clock.now()
    booked = {}
    for store in (patient, usual):
        customer = await make.make_customer(store, phone=None)
        booked[store.id] = await Appointment.create(
            store_id=store.id,
            customer_id=customer.id,
            vehicle_id=(await make.make_vehicle(vin=f"LYFPATIENCE{store.id:06}")).id,
            starts_at=begun,
            minutes=30,
            bay_kind="GENERAL",
            state=AppointmentState.CONFIRMED,
            source="console",
            confirm_by=begun,
            created_at=begun,
        )
    states = []
    for minutes in (61, 151):
        await clock.set_to(begun + timedelta(minutes=minutes))
        await mark_no_shows()
        for one in booked.values():
            await one.refresh_from_db()
        states.append([booked[store.id].state for store in (patient, usual)])
    missed = AppointmentState.NO_SHOW
    assert states == [[AppointmentState.CONFIRMED, missed], [missed, missed]]


async def test_a_group_value_holds_everywhere_but_where_a_store_has_its_own_and_ends_with_it():
    store, other = await make.make_store(), await make.make_store()
    group, manager = await make.acting(Role.ADM), await make.acting(Role.GM, store)
    await _set(manager, "hold_minutes", 20, store_id=store.id)
    await _set(group, "hold_minutes", 15)

    async def values() -> list[int]:
        return [(await policy_of(AppointmentPolicy, each)).hold_minutes for each in (store.id, other.id, None)]

    assert await values() == [20, 15, 15]
    await _set(manager, "hold_minutes", None, store_id=store.id, expected_version=1)
    assert await values() == [15, 15, 15]
    await _set(group, "hold_minutes", None, expected_version=1)
    assert await values() == [10, 10, 10]
    with pytest.raises(PolicyUnchanged):
        await _set(group, "hold_minutes", None, expected_version=2)


async def test_the_list_of_sleepers_goes_by_the_groups_days_from_the_moment_they_hold():
    store, today = await make.make_store(), clock.today()
    customer = await make.make_customer(
        store, next_service_due_on=today - timedelta(days=100), last_visit_on=today - timedelta(days=400)
    )
    actor = system("test")

    async def lapsed() -> list[int]:
        return [row.id for row in (await listing.of_reader(actor, states=[Dormancy.LAPSED])).items]

    assert await lapsed() == [customer.id]
    await _set(await make.acting(Role.GRP), "dormant_recency_days", 450, policy="dormancy")
    assert await lapsed() == []
    assert (await listing.of_reader(actor)).items[0].dormancy == Dormancy.DORMANT


async def test_who_may_change_what():
    store, other = await make.make_store(), await make.make_store()
    manager = await make.acting(Role.GM, store)
    with pytest.raises(NotForTheGroup):
        await _set(manager, "hold_minutes", 15)
    with pytest.raises(NotAllowed):
        await _set(manager, "hold_minutes", 15, store_id=other.id)
    with pytest.raises(NotAllowed):
        await _set(await make.acting(Role.SVM, store), "hold_minutes", 15, store_id=store.id)
    with pytest.raises(PolicyIsTheGroups):
        await _set(manager, "weekly_cap", 2, policy="contact", store_id=store.id)
    with pytest.raises(PolicyIsTheGroups):
        await _set(manager, "owner_pause_days", 10, policy="surveys", store_id=store.id)
    for policy, field in (("nothing", "hold_minutes"), ("appointments", "nothing")):
        with pytest.raises(PolicyNotFound):
            await _set(manager, field, 15, policy=policy, store_id=store.id)
    assert await PolicyChange.all().count() == 0


async def test_bounds_and_times_are_refused_in_chinese():
    group = await make.acting(Role.ADM)
    with pytest.raises(PolicyValueRefused) as refusal:
        await _set(group, "hold_minutes", 600)
    assert refusal.value.text == "填写预约时占位应在 3 到 30 分钟 之间。"
    with pytest.raises(EffectiveInThePast):
        await _set(group, "hold_minutes", 15, effective_from=clock.now() - timedelta(hours=1))


async def test_values_that_do_not_fit_each_other_are_refused_in_the_store_and_at_the_moment_they_would_meet():
    store = await make.make_store(short_name="南山")
    group, manager = await make.acting(Role.ADM), await make.acting(Role.GM, store)
    later = clock.now() + timedelta(days=3)
    await _set(manager, "latest_hours", 48, policy="surveys", store_id=store.id, effective_from=later)
    with pytest.raises(PolicyConflict) as refusal:
        await _set(group, "earliest_hours", 36, policy="surveys")
    assert refusal.value.text == "南山从 11月26日 09:00 起：最晚回访要比最早晚一天以上。"
    assert await PolicyChange.all().count() == 1
    assert (await group_policy(ContactPolicy)).weekly_cap == 1


async def test_a_plan_is_taken_back_before_its_moment_and_stays_in_the_history():
    group = await make.acting(Role.ADM)
    tomorrow = clock.now() + timedelta(days=1)
    planned = await _set(group, "hold_minutes", 20, effective_from=tomorrow)
    now = await _set(group, "hold_minutes", 15, expected_version=1)
    with pytest.raises(AlreadyInEffect):
        await changing.withdraw(group, now.id, reason="不要了")
    for _ in range(2):
        await changing.withdraw(group, planned.id, reason="先不改")
    with pytest.raises(StaleVersion):
        await _set(group, "hold_minutes", 12, expected_version=2)
    await clock.set_to(tomorrow)
    assert (await group_policy(AppointmentPolicy)).hold_minutes == 15
    lines = await database.fetch("SELECT action, subject, reason FROM audit_entry ORDER BY id")
    assert [tuple(line.values()) for line in lines] == [
        ("policies.change", "policy:appointments.hold_minutes", "试一试"),
        ("policies.change", "policy:appointments.hold_minutes", "试一试"),
        ("policies.withdraw", "policy:appointments.hold_minutes", "先不改"),
    ]
    assert await PolicyChange.all().count() == 2


async def test_of_two_at_once_one_is_told_to_look_again():
    group = await make.acting(Role.ADM)
    answers = await asyncio.gather(
        *(_set(group, "hold_minutes", value) for value in (12, 14, 16)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["PolicyChange", "StaleVersion", "StaleVersion"]
    made = next(answer for answer in answers if isinstance(answer, PolicyChange))
    assert (await group_policy(AppointmentPolicy)).hold_minutes == made.kept


async def test_what_was_decided_is_never_rewritten():
    made = await _set(await make.acting(Role.ADM), "hold_minutes", 12)
    for statement in ("UPDATE policy_change SET value = '3' WHERE id = $1", "DELETE FROM policy_change WHERE id = $1"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await database.execute(statement, made.id)


async def test_what_another_process_changed_is_known_within_a_second(monkeypatch: pytest.MonkeyPatch):
    group = await make.acting(Role.ADM)
    assert (await group_policy(DormancyPolicy)).active_overdue_days == 30
    kept = current._kept
    await _set(group, "active_overdue_days", 20, policy="dormancy")
    assert kept is not None
    # As in a process that did not make the change: it goes on with what it knows, but not for longer than a second.
    monkeypatch.setattr(current, "_kept", kept)
    kept.read_at -= current.KNOWN_WITHIN_SECONDS
    assert (await group_policy(DormancyPolicy)).active_overdue_days == 20


async def test_a_value_the_code_no_longer_allows_gives_way_to_the_next():
    admin = await make.acting(Role.ADM)
    made = await _set(admin, "hold_minutes", 12)
    await database.execute(
        "INSERT INTO policy_change (policy, field, number, value, effective_from, reason, changed_by_id, changed_at, "
        "withdrawn_reason) SELECT policy, field, 2, '999', effective_from, reason, changed_by_id, changed_at, '' "
        "FROM policy_change WHERE id = $1",
        made.id,
    )
    current.forget()
    assert (await group_policy(AppointmentPolicy)).hold_minutes == 10
