"""A broadcast with two channels: whom WeCom does not reach, or not in time, is reached by the other; nobody by both."""

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest

from campaigns.broadcasts import advancing, drafting, falling, syncing
from campaigns.broadcasts import jobs as clock_jobs
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.broadcasts.errors import WaysNotPossible
from campaigns.broadcasts.forecast import forecast
from campaigns.broadcasts.models import (
    Broadcast,
    BroadcastWay,
    Recipient,
    RecipientState,
    SendTask,
    SendTaskState,
    Unsent,
)
from campaigns.broadcasts.results import results
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.ways import WantedWay
from campaigns.exclusions import Exclusion
from campaigns.mass_channels import SendOutcome
from campaigns.measuring import Cohort
from campaigns.own_words import Content
from crm_core.customers.models import Customer, Friendship, Purpose
from foundation import clock, database, jobs
from simulator.wecom.mass_messages import quota_of_month
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house
from tests.campaigns.broadcasts.shouting import Shouting, registered
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town

WORDS: Final = Content("换季检查可以在线约，拒收请回复R", [])
THEN_SHOUT: Final = WantedWay("SHOUT", after_days=2, words=WORDS)
THEN: Final[dict[str, Any]] = {"coupon_template_id": None, "ways": [THEN_SHOUT]}
S = RecipientState


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Shouting:
    """The second channel, registered for this test."""
    return registered(monkeypatch)


@pytest.fixture
async def house(town: Town, channel: Shouting) -> House:
    """Twenty owners who agreed to both channels; one salesperson, known to the platform."""
    made = await make_house(20, store=town.store, how_many_sellers=1)
    await tell_platform(town, made.crowd)
    await _agree_to_shouting("true")
    return made


async def _agree_to_shouting(where: str) -> None:
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        f"SELECT id, '{Purpose.MARKETING_SMS}', 'v1', $1, 'mini_program', '{{}}', '' FROM customer WHERE {where}",
        clock.now(),
    )


async def _by(broadcast: Broadcast) -> Counter[tuple[int, RecipientState]]:
    """How many planned people are on which way, in which state."""
    rows = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED)
    return Counter((row.way, row.state) for row in rows)


async def _task(broadcast: Broadcast, way: int = 0) -> SendTask:
    """The last task of a way."""
    found = await SendTask.filter(broadcast_id=broadcast.id, way=way).order_by("-id").first()
    assert found is not None
    return found


def _shouted(channel: Shouting) -> list[str]:
    return sorted(address for *_, addresses in channel.shouted.values() for address in addresses)


async def _confirm(town: Town, house: House, send_task: SendTask) -> None:
    body = {"msgid": send_task.message_id, "userid": house.sellers[0].userid}
    await town.hand("POST", "mass-tasks/confirm", body)


async def test_the_freeze_takes_the_first_way_that_reaches_a_person(house: House):
    first = house.crowd.first_id
    strangers = [first, first + 1, first + 2]
    await Friendship.filter(customer_id__in=strangers).delete()
    await database.execute(
        f"DELETE FROM consent WHERE customer_id = $1 AND purpose = '{Purpose.MARKETING_SMS}'", strangers[2]
    )
    await Customer.filter(id=first + 3).update(marketing_stopped_at=clock.now())
    broadcast = await house.scheduled(**THEN)
    expected = await forecast(house.marketer, broadcast.id)
    assert (expected.chosen, expected.reachable) == (20, 18)
    assert [(one.reason, one.people) for one in expected.excluded] == [
        (Exclusion.UNREACHED, 1),
        (Exclusion.OPTED_OUT, 1),
    ]
    await clock.set_to(STARTS_AT)
    await clock_jobs.start(broadcast_id=broadcast.id)
    rows = {row.customer_id: row for row in await Recipient.filter(broadcast_id=broadcast.id)}
    assert Counter(row.cohort for row in rows.values()) == {Cohort.PLANNED: 17, Cohort.CONTROL: 1, Cohort.EXCLUDED: 2}
    assert [(rows[one].way, rows[one].address) for one in strangers[:2]] == [(1, f"ear-{one}") for one in strangers[:2]]
    assert (rows[strangers[2]].reason, rows[first + 3].reason) == (Exclusion.UNREACHED, Exclusion.OPTED_OUT)
    await jobs.drain()
    tasks = await SendTask.filter(broadcast_id=broadcast.id).order_by("way")
    assert [(task.way, task.customers, task.state) for task in tasks] == [
        (0, 15, SendTaskState.CREATED),
        (1, 2, SendTaskState.CREATED),
    ]


async def test_of_one_human_with_two_records_only_one_is_reached(house: House, channel: Shouting):
    first = house.crowd.first_id
    await Friendship.filter(customer_id=first).delete()
    twin = await Customer.get(id=first + 1)
    await Customer.filter(id=first).update(name=twin.name, phone=twin.phone)
    broadcast = await house.running(**THEN)
    assert (await Recipient.get(broadcast_id=broadcast.id, customer_id=first)).reason == Exclusion.DUPLICATE
    await jobs.drain()
    assert _shouted(channel) == []


async def test_whom_the_platform_does_not_reach_goes_on_at_once_and_nobody_gets_both(
    town: Town, house: House, channel: Shouting
):
    broadcast = await house.running(**THEN)
    await jobs.drain()
    send_task = await _task(broadcast)
    rows = await Recipient.filter(broadcast_id=broadcast.id, state=S.TASKED).order_by("id")
    for pair in town.simulation.world.friendships.where("external_userid", rows[0].address):
        pair.deleted_by_person = True
        town.simulation.world.friendships.put(pair)
    counter, limit = quota_of_month(town.simulation, rows[1].address)
    town.simulation.world.count(counter, limit)
    await _confirm(town, house, send_task)
    await syncing.sync(send_task.id)
    assert await _by(broadcast) == {(0, S.SENT): 17, (0, S.UNREACHED): 1, (0, S.QUOTA): 1}
    await clock_jobs.finish_due()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.RUNNING, "two are still to be tried"
    for _ in range(2):
        await clock_jobs.fall_due()
        await jobs.drain()
    assert _shouted(channel) == sorted(f"ear-{row.customer_id}" for row in rows[:2])
    channel.heard = {
        f"ear-{rows[0].customer_id}": SendOutcome.SENT,
        f"ear-{rows[1].customer_id}": SendOutcome.UNREACHED,
    }
    await advancing.advance((await _task(broadcast, 1)).id)
    assert await _by(broadcast) == {(0, S.SENT): 17, (1, S.SENT): 1, (1, S.UNREACHED): 1}
    found = await results(house.marketer, broadcast.id)
    assert (found.funnel[0].people, found.reach_fen) == (18, 17 * 30 + 5)
    await clock_jobs.finish_due()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.FINISHED


async def test_after_some_days_those_go_on_whom_the_next_way_reaches_and_the_others_stay_with_the_member(
    town: Town, house: House, channel: Shouting
):
    await _only_even_agree()
    broadcast = await house.running(**THEN)
    await jobs.drain()
    send_task = await _task(broadcast)
    planned = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED)
    even = [row.customer_id for row in planned if row.customer_id % 2 == 0]
    await clock.set_to(STARTS_AT + timedelta(days=2, minutes=-1))
    await advancing.advance(send_task.id)
    assert await _by(broadcast) == {(0, S.TASKED): 19}
    await clock.set_to(STARTS_AT + timedelta(days=2, minutes=1))
    await advancing.advance(send_task.id)
    await jobs.drain()
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CANCELLED
    assert await _by(broadcast) == {(0, S.TASKED): 19 - len(even), (1, S.TASKED): len(even)}
    assert _shouted(channel) == sorted(f"ear-{one}" for one in even)
    again = await _task(broadcast)
    assert (again.staff_id, again.customers, again.state) == (
        send_task.staff_id,
        19 - len(even),
        SendTaskState.CREATED,
    )
    await _confirm(town, house, again)
    await advancing.advance(again.id)
    assert (await _by(broadcast))[0, S.SENT] == 19 - len(even)


async def test_who_confirmed_in_time_has_sent_and_nobody_of_it_goes_on(town: Town, house: House, channel: Shouting):
    broadcast = await house.running(**THEN)
    await jobs.drain()
    send_task = await _task(broadcast)
    await _confirm(town, house, send_task)
    await clock.set_to(STARTS_AT + timedelta(days=2, hours=1))
    await advancing.advance(send_task.id)
    assert (await _by(broadcast), _shouted(channel)) == ({(0, S.SENT): 19}, [])


async def test_a_worker_killed_after_the_stop_leaves_a_task_that_is_taken_up(town: Town, house: House, monkeypatch):
    broadcast = await house.running(**THEN)
    await jobs.drain()
    send_task = await _task(broadcast)
    await clock.set_to(STARTS_AT + timedelta(days=2, minutes=1))

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as dying:
        dying.setattr(falling, "_place", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await falling.fall_late(send_task.id)
    # Meanwhile everybody takes back what the next way needs: the stopped task must be made anew for its member.
    await database.execute(f"DELETE FROM consent WHERE purpose = '{Purpose.MARKETING_SMS}'")
    await advancing.advance(send_task.id)
    await jobs.drain()
    again = await _task(broadcast)
    assert (again.id != send_task.id, again.state, again.customers) == (True, SendTaskState.CREATED, 19)


async def test_what_the_platform_may_have_sent_without_an_answer_is_repeated_by_no_way(
    house: House, channel: Shouting, monkeypatch
):
    monkeypatch.setattr(Shouting, "is_final", True)
    channel.is_silent = True
    monkeypatch.setattr(Shouting, "find", _nothing)
    then_wecom = WantedWay("WECOM_MASS", after_days=1)
    broadcast = await house.running(channel="SHOUT", words=WORDS, coupon_template_id=None, ways=[then_wecom])
    await jobs.drain()
    send_task = await _task(broadcast)
    await _leased_long_ago(send_task)
    await clock.advance(timedelta(hours=1))
    await advancing.advance(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.FAILED
    await clock_jobs.fall_due()
    await jobs.drain()
    rows = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED)
    assert {(row.way, row.state, row.reason) for row in rows} == {(0, S.FAILED, Unsent.NOT_KNOWN)}
    assert all(row.contacted_on is not None for row in rows), "they may have got it"
    assert len(channel.shouted) == 1


async def test_a_call_that_was_certainly_not_made_is_made_again(house: House, channel: Shouting, monkeypatch):
    monkeypatch.setattr(Shouting, "is_final", True)

    async def never(*_: object) -> bool:
        return False

    monkeypatch.setattr(Shouting, "was_asked", never)
    broadcast = await house.running(channel="SHOUT", words=WORDS, coupon_template_id=None)
    send_task = await _task(broadcast)
    await database.execute(
        "UPDATE send_task SET state = 'CREATING', asked_at = $2, leased_at = clock_timestamp() WHERE id = $1",
        send_task.id,
        clock.now(),
    )
    await _leased_long_ago(send_task)
    await advancing.advance(send_task.id)
    await advancing.advance(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CREATED
    assert len(channel.shouted) == 1


async def test_the_order_is_checked_approved_and_kept(house: House):
    def wanted(**changes: object) -> BroadcastDraft:
        return BroadcastDraft(**{**vars(draft), **changes})

    draft = await house.draft_of(**THEN)
    broadcast = await drafting.draft(house.marketer, draft)
    assert broadcast.ends_at is not None
    one_way = await drafting.draft(house.marketer, wanted(ways=()))
    assert one_way.ends_at is not None
    assert broadcast.ends_at - one_way.ends_at == timedelta(days=2)
    for changed in (wanted(ways=()), wanted(ways=[WantedWay("SHOUT", 3, WORDS)])):
        version = (await Broadcast.get(id=broadcast.id)).version
        edited = await drafting.edit(house.marketer, broadcast.id, changed, expected_version=version)
        assert edited.content_hash != broadcast.content_hash
    assert [way.after_days for way in await BroadcastWay.filter(broadcast_id=broadcast.id)] == [3]
    with pytest.raises(WaysNotPossible, match="企微群发"):
        await drafting.draft(house.marketer, wanted(ways=[WantedWay("WECOM_MASS", 1)]))


async def _only_even_agree() -> None:
    await database.execute(f"DELETE FROM consent WHERE purpose = '{Purpose.MARKETING_SMS}' AND customer_id % 2 = 1")


async def _nothing(*_: object) -> list[str]:
    return []


async def _leased_long_ago(send_task: SendTask) -> None:
    await database.execute(
        "UPDATE send_task SET leased_at = clock_timestamp() - interval '10 minutes' WHERE id = $1", send_task.id
    )
