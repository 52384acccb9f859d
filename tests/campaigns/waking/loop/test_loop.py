"""The loop of a store: whose turn it is, what came of it, who leaves, and what is never done."""

from datetime import timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from campaigns.broadcasts.models import Recipient, RecipientState
from campaigns.measuring import Cohort
from campaigns.segments import service as segments
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.sql import asked_now
from campaigns.waking import counting
from campaigns.waking.loop import following, queries, service, turning
from campaigns.waking.loop.errors import LoopAsItIs
from campaigns.waking.loop.models import WakingAttempt
from campaigns.waking.loop.queries import AskedTries
from campaigns.waking.loop.rules import AttemptState, Reaction
from campaigns.waking.models import WakingClass
from campaigns.waking.rules import Path
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Consent, Customer, Purpose
from crm_core.dealerships.models import Role
from crm_core.due_dates import counting as due_dates
from crm_core.tasks.models import Task, TaskContact
from crm_core.tasks.rules import Channel, ContactOutcome, TaskKind
from foundation import clock, database
from foundation.errors import NotAllowed
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import make_appointment

pytestmark = pytest.mark.usefixtures("database")
S = AttemptState


@pytest.fixture
async def house() -> House:
    """Three sleeping owners, friends who agreed to messages in WeCom, of a store whose loop runs; each has a phone."""
    made = await make_house(3)
    await service.start(made.marketer, made.store.id)
    return made


async def _agree(customer_id: int, *purposes: Purpose) -> None:
    for purpose in purposes:
        await Consent.create(
            customer_id=customer_id, purpose=purpose, text_version="v1", given_at=clock.now(), how="mini_program"
        )


async def _night(*, days: int = 1) -> None:
    """The next night, or the one so many days later."""
    day = clock.today() + timedelta(days=days)
    await clock.set_to(clock.at(day, 2, 40))
    await following.follow()
    await counting.recount()
    await turning.turn(day)


async def _tries(customer_id: int) -> list[tuple[Path, AttemptState]]:
    return [(one.path, one.state) for one in await WakingAttempt.filter(customer_id=customer_id).order_by("id")]


async def _open(customer_id: int) -> WakingAttempt:
    return await WakingAttempt.get(customer_id=customer_id, state=S.OPEN)


async def _sent(house: House, customer_id: int, **columns: Any) -> Recipient:
    """A broadcast reached them now."""
    broadcast = await house.draft()
    await database.execute("UPDATE broadcast SET frozen_at = $2 WHERE id = $1", broadcast.id, clock.now())
    defaults: dict[str, Any] = {"cohort": Cohort.PLANNED, "state": RecipientState.SENT, "sent_at": clock.now()}
    return await Recipient.create(broadcast_id=broadcast.id, customer_id=customer_id, **{**defaults, **columns})


async def test_only_a_store_whose_loop_runs_gives_turns_and_an_owner_has_one(house: House):
    other = await make_house(2)
    await _night()
    await turning.turn(clock.today())
    tries = await WakingAttempt.all()
    assert sorted(one.customer_id for one in tries) == list(range(house.crowd.first_id, house.crowd.first_id + 3))
    assert {(one.path, one.state, one.store_id) for one in tries} == {(Path.MASS, S.OPEN, house.store.id)}
    assert all(one.from_on.isoweekday() == 4 and one.from_on >= clock.today() for one in tries), "a Thursday"
    assert not await WakingAttempt.filter(store_id=other.store.id).exists()
    again = {name: getattr(tries[0], name) for name in ("customer_id", "store_id", "path", "state", "asleep_as")}
    with pytest.raises(IntegrityError, match="waking_attempt_one_open"):
        await WakingAttempt.create(**again, value="1", opened_at=clock.now(), from_on=clock.today())


async def test_a_segment_finds_those_whose_day_has_come_until_a_broadcast_took_them_in(house: House):
    await _night()
    turn = {"match": "all", "items": [{"field": "waking_turn", "values": ["MASS"]}]}
    await segments.create(house.marketer, name="轮到群发", definition=turn)

    async def found() -> int:
        to = await asked_now()
        sql = f"SELECT count(*) FROM customer c WHERE {audience(parse(turn), None, to)}"
        return int(await database.fetch_value(sql, *to.values))

    assert await found() == 0, "Thursday is not here yet"
    await clock.set_to(clock.at((await _open(house.crowd.first_id)).from_on, 9))
    assert await found() == 3
    await _sent(house, house.crowd.first_id, state=RecipientState.TASKED, sent_at=None)
    assert await found() == 2, "whoever waits in a task is not taken in twice"
    await service.pause(house.marketer, house.store.id)
    assert await found() == 0


async def test_whoever_does_not_react_gets_the_next_path_and_a_tried_path_waits_its_months(house: House):
    owner = house.crowd.first_id
    await _agree(owner, Purpose.MARKETING_SMS)
    await _night()
    await _sent(house, owner)
    await _night()
    assert (await _open(owner)).sent_at is not None
    await _night(days=8)
    assert await _tries(owner) == [(Path.MASS, S.OPEN)], "the days of waiting are not over"
    await _night(days=3)
    assert await _tries(owner) == [(Path.MASS, S.SILENT), (Path.SMS, S.OPEN)]
    await _night(days=30)
    assert await _tries(owner) == [(Path.MASS, S.SILENT), (Path.SMS, S.UNSENT)], "both were tried"
    await _night(days=150)
    assert (await _tries(owner))[-1] == (Path.MASS, S.OPEN)


async def test_whoever_opened_it_has_as_many_days_again(house: House):
    owner = house.crowd.first_id
    await _agree(owner, Purpose.MARKETING_SMS)
    await _night()
    recipient = await _sent(house, owner)
    await clock.advance(timedelta(days=6))
    await Recipient.filter(id=recipient.id).update(opened_at=clock.now())
    await _night(days=5)
    one = await _open(owner)
    assert (one.path, one.reaction) == (Path.MASS, Reaction.OPENED)
    await _night(days=6)
    assert await _tries(owner) == [(Path.MASS, S.REACTED), (Path.SMS, S.OPEN)]


async def test_whoever_books_has_woken_and_is_tried_no_more(house: House):
    owner = house.crowd.first_id
    await _agree(owner, Purpose.MARKETING_SMS)
    await _night()
    await _sent(house, owner)
    await following.follow()
    await clock.advance(timedelta(hours=2))
    await make_appointment(owner, house.store, AppointmentState.CONFIRMED)
    await following.follow()
    assert await _tries(owner) == [(Path.MASS, S.WOKE)]
    await _night()
    assert await _tries(owner) == [(Path.MASS, S.WOKE)]


async def test_who_opts_out_books_by_themselves_or_is_held_out_leaves_at_once(house: House):
    first = house.crowd.first_id
    await _night()
    await Customer.filter(id=first).update(marketing_stopped_at=clock.now())
    await make_appointment(first + 1, house.store, AppointmentState.CONFIRMED)
    await _sent(house, first + 2, cohort=Cohort.CONTROL, state=RecipientState.CONTROL, sent_at=None)
    await following.follow()
    left = {one.customer_id: one.ended_because for one in await WakingAttempt.filter(state=S.LEFT)}
    assert left == {first: "退订了营销", first + 1: "自己约了", first + 2: "分到活动的对照组"}
    await _night()
    assert not await WakingAttempt.filter(state=S.OPEN).exists()


async def test_a_path_that_closed_before_it_was_used_gives_way(house: House):
    owner = house.crowd.first_id
    await _agree(owner, Purpose.MARKETING_SMS)
    await _night()
    await Consent.filter(customer_id=owner, purpose=Purpose.MARKETING_WECOM).update(withdrawn_at=clock.now())
    await _night()
    assert await _tries(owner) == [(Path.MASS, S.LEFT), (Path.SMS, S.OPEN)]


async def test_somebody_without_any_consent_never_has_a_turn(house: House):
    owner = house.crowd.first_id
    await Consent.filter(customer_id=owner).update(withdrawn_at=clock.now())
    for _ in range(3):
        await _night(days=20)
    assert await _tries(owner) == []


async def _with_a_car(house: House, customer_id: int, *, delivered_days_ago: int = 900) -> None:
    owner = await Customer.get(id=customer_id)
    delivered_on = clock.today() - timedelta(days=delivered_days_ago)
    vin = f"LYFCALLED{customer_id:08}"
    await make.make_vehicle(owner, vin=vin, plate="", home_store_id=house.store.id, delivered_on=delivered_on)
    await due_dates.recount()


async def test_only_who_is_worth_it_is_called_by_a_person_and_the_task_says_why(house: House):
    first = house.crowd.first_id
    for owner in (first, first + 1):
        await _agree(owner, Purpose.MARKETING_CALL)
        await _with_a_car(house, owner, delivered_days_ago=330)
    await service.pause(house.marketer, house.store.id)
    await counting.recount()
    await WakingClass.filter(customer_id=first).update(is_lost_value=True)
    await turning.turn(clock.today())
    (task,) = await Task.filter(kind=TaskKind.LAPSED)
    assert task.customer_id == first
    assert task.reason.endswith("由人打电话：高价值流失。")


async def test_the_turn_to_call_opens_a_task_whose_talk_is_a_reaction(house: House):
    owner = house.crowd.first_id
    await _agree(owner, Purpose.MARKETING_CALL)
    await _with_a_car(house, owner)
    await counting.recount()
    await WakingClass.filter(customer_id=owner).update(value="4.2", paths=["CALL"], path=Path.CALL)
    await turning.turn(clock.today())
    assert (await _open(owner)).path is Path.CALL
    (task,) = await Task.filter(kind=TaskKind.LAPSED)
    assert (task.customer_id, task.next_on) == (owner, clock.today())
    assert task.reason.endswith("由人打电话：价值 4.2，不低于 4，唤醒轮到电话。")
    await TaskContact.create(
        task_id=task.id,
        staff_id=house.sellers[0].id,
        at=clock.now() + timedelta(minutes=1),
        channel=Channel.PHONE,
        outcome=ContactOutcome.TALKED,
    )
    await clock.advance(timedelta(hours=1))
    await following.follow()
    one = await _open(owner)
    assert (one.reaction, one.sent_at) == (Reaction.REPLIED, one.reacted_at)


async def test_starting_and_pausing_is_for_whoever_runs_campaigns_of_that_store(house: House):
    with pytest.raises(LoopAsItIs):
        await service.start(house.marketer, house.store.id)
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    for actor in (stranger, await make.acting(Role.SC, house.store)):
        with pytest.raises(NotAllowed):
            await service.pause(actor, house.store.id)
    await service.pause(house.marketer, house.store.id)
    await _night()
    assert not await WakingAttempt.exists()


async def test_the_page_says_how_many_are_on_which_path_and_who_sends(house: House):
    await _night()
    await _sent(house, house.crowd.first_id)
    await following.follow()
    seen = await queries.figures(house.marketer)
    assert [(one.store_id, one.is_running, one.open_people) for one in seen.stores] == [(house.store.id, True, 3)]
    mass = next(one for one in seen.paths if one.path is Path.MASS)
    assert (mass.waiting, mass.reached, mass.needs_sender, mass.sender) == (2, 1, True, None)
    page = await queries.tries(house.marketer, AskedTries(path=Path.MASS), limit=2)
    assert len(page.items) == 2
    rest = await queries.tries(house.marketer, AskedTries(path=Path.MASS), cursor=page.next_cursor, limit=2)
    assert [row.customer_id for row in rest.items] == [house.crowd.first_id]
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    assert (await queries.tries(stranger, AskedTries(store_id=house.store.id))).items == []
