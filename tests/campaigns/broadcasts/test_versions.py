"""Two versions of what a broadcast says: drawn by lot, each person gets one, and the report says which does better."""

from collections import Counter
from dataclasses import replace
from typing import Any, Final

import pytest

from campaigns.broadcasts import drafting, falling, queries, repeating, results, syncing
from campaigns.broadcasts.errors import VersionsAlike
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask
from campaigns.broadcasts.repeating import Again
from campaigns.broadcasts.versions import UNDECIDED, VersionPart, conclusion, difference
from campaigns.broadcasts.ways import WantedWay
from campaigns.contents.errors import ContentNotAccepted
from campaigns.contents.models import LibraryEntry
from campaigns.measuring import Cohort
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from crm_core.customers import consents
from crm_core.dealerships.actors import owner
from foundation import clock, database, jobs
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.broadcasts.shouting import registered
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town

CARD: Final = Attachment(AttachmentKind.MINI_PROGRAM, title="在{门店}选时间", target=GIFT_PAGE)
A: Final = Content("{门店}的新举升机装好了，底盘一眼看清。打开卡片可“不再接收”。", [CARD])
B: Final = Content("{门店}本周空位多，来了就能上举升机。打开卡片可“不再接收”。", [CARD])
BOTH: Final[dict[str, Any]] = {"words": A, "words_b": B, "coupon_template_id": None}
WORDS_OF: Final = {False: "新举升机装好了", True: "本周空位多"}


@pytest.fixture
async def house(town: Town) -> House:
    """Forty sleeping owners and two salespeople, known to the platform."""
    made = await make_house(40, store=town.store, how_many_sellers=2)
    await tell_platform(town, made.crowd)
    return made


async def _planned(broadcast: Broadcast) -> list[Recipient]:
    return await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED).order_by("id")


def _got(town: Town) -> dict[str, list[str]]:
    """The words of every task that each person is in and that was not stopped, by their external_userid."""
    got: dict[str, list[str]] = {}
    for task in town.simulation.world.mass_tasks:
        message = town.simulation.world.mass_messages.get(task.msgid)
        assert message is not None
        if not message.cancelled:
            for key in task.results:
                got.setdefault(key, []).append(message.body["text"]["content"])
    return got


async def _assert_each_gets_theirs(town: Town, broadcast: Broadcast) -> None:
    got = _got(town)
    people = await _planned(broadcast)
    assert sorted(got) == sorted(one.address for one in people)
    for one in people:
        (words,) = got[one.address]
        assert WORDS_OF[one.is_b] in words


async def test_half_get_each_version_and_nobody_both(town: Town, house: House):
    broadcast = await house.running(**BOTH)
    await jobs.drain()
    people = await _planned(broadcast)
    assert Counter(one.is_b for one in people) == {False: 19, True: 19}
    assert not any(one.is_b for one in await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.CONTROL))
    assert {(one.staff_id, one.is_b) for one in people} == {
        (task.staff_id, task.is_b) for task in await SendTask.filter(broadcast_id=broadcast.id)
    }
    await _assert_each_gets_theirs(town, broadcast)


async def test_small_tasks_hold_one_version_each(town: Town, house: House):
    broadcast = await house.running(task_size=3, **BOTH)
    await jobs.drain()
    assert await SendTask.filter(broadcast_id=broadcast.id).count() > 12
    await _assert_each_gets_theirs(town, broadcast)


async def test_whoever_stays_in_a_task_that_is_made_anew_gets_the_same_version(town: Town, house: House):
    broadcast = await house.running(**BOTH)
    await jobs.drain()
    leaving = next(one for one in await _planned(broadcast) if one.is_b)
    await consents.stop_marketing(owner(leaving.customer_id, openid=""), leaving.customer_id, how="mini_program")
    await jobs.drain()
    renewed = await SendTask.filter(broadcast_id=broadcast.id, staff_id=leaving.staff_id, is_b=True)
    assert len(renewed) == 2
    got = _got(town)
    assert leaving.address not in got
    for one in await _planned(broadcast):
        if one.id != leaving.id:
            assert WORDS_OF[one.is_b] in got[one.address][0]


async def test_whoever_goes_on_to_the_next_channel_has_no_version_any_more(town: Town, monkeypatch: pytest.MonkeyPatch):
    shouting = registered(monkeypatch)
    house = await make_house(40, store=town.store, how_many_sellers=2)
    await tell_platform(town, house.crowd)
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        "SELECT id, 'MARKETING_SMS', 'v1', $1, 'mini_program', '{}', '' FROM customer",
        clock.now(),
    )
    then = WantedWay("SHOUT", after_days=1, words=Content("换季检查可以在线约，拒收请回复R", []))
    broadcast = await house.running(**BOTH, ways=[then])
    await jobs.drain()
    gone = [one for one in await _planned(broadcast) if one.is_b][:3]
    await Recipient.filter(id__in=[one.id for one in gone]).update(state=RecipientState.UNREACHED)
    await falling.fall(broadcast.id)
    await jobs.drain()
    rows = await Recipient.filter(id__in=[one.id for one in gone])
    assert {(row.way, row.is_b, row.state) for row in rows} == {(1, False, RecipientState.TASKED)}
    (task,) = await SendTask.filter(broadcast_id=broadcast.id, way=1)
    assert not task.is_b
    (words,) = {words for _, words, _ in shouting.shouted.values()}
    assert words.startswith("换季检查")


async def test_two_versions_that_say_the_same_are_refused_and_b_is_checked_as_a_is(house: House):
    with pytest.raises(VersionsAlike):
        await house.draft(**{**BOTH, "words_b": A})
    with pytest.raises(ContentNotAccepted):
        await house.draft(**{**BOTH, "words_b": replace(B, text="全国最低价，打开卡片可“不再接收”。")})


async def test_a_change_of_b_alone_needs_a_new_approval(house: House):
    broadcast = await house.scheduled(**BOTH)
    wanted = await house.draft_of(**{**BOTH, "words_b": replace(B, text=B.text + "欢迎。")})
    wanted = replace(wanted, segment_id=broadcast.segment_id, name=broadcast.name)
    changed = await drafting.edit(house.marketer, broadcast.id, wanted, expected_version=broadcast.version)
    assert (changed.state, changed.approved_hash) == ("DRAFT", "")
    shown = await queries.one(house.marketer, broadcast.id)
    assert shown.version_b is not None
    assert shown.version_b.words.text.endswith("欢迎。")
    without = replace(wanted, words_b=None)
    changed = await drafting.edit(house.marketer, broadcast.id, without, expected_version=changed.version)
    assert changed.content_b_id is None
    assert (await queries.one(house.marketer, broadcast.id)).version_b is None


async def test_an_approval_keeps_both_in_the_library_and_a_repetition_has_both(house: House):
    broadcast = await house.scheduled(**BOTH)
    assert await LibraryEntry.all().count() == 2
    again = Again(name="再来一次", author_id=house.marketer.id, approved_by=house.manager.id, budget_fen=100_00)
    async with database.transaction():
        again_id = await repeating.begin(broadcast.id, again)
    assert (await Broadcast.get(id=again_id)).content_b_id == broadcast.content_b_id


async def test_the_report_compares_whom_each_version_was_sent_to(town: Town, house: House):
    broadcast = await house.running(**BOTH)
    await jobs.drain()
    for task in await SendTask.filter(broadcast_id=broadcast.id):
        userid = await database.fetch_value("SELECT userid FROM staff WHERE id = $1", task.staff_id)
        await town.hand("POST", "mass-tasks/confirm", {"msgid": task.message_id, "userid": userid})
        await syncing.sync(task.id)
    people = [one for one in await _planned(broadcast) if one.is_b]
    now = clock.now()
    await Recipient.filter(id__in=[one.id for one in people]).update(opened_at=now)
    await Recipient.filter(id=people[0].id).update(arrived_at=now, given_back_at=now)
    await Recipient.filter(id=people[1].id).update(arrived_at=now)
    shown = (await results.results(house.marketer, broadcast.id)).versions
    assert shown is not None
    assert [(part.version, part.sent, part.opened, part.arrived) for part in shown.parts] == [
        ("A", 19, 0, 0),
        ("B", 19, 19, 1),
    ]
    assert [one.name for one in shown.differences] == ["opened", "booked", "arrived"], "it gives no coupon"
    assert shown.differences[0].sentence == "版本 B 更好"
    assert shown.conclusion.startswith("版本 B 更好：点开率 B 比 A +100.0 个百分点")


async def test_a_broadcast_with_one_version_compares_nothing(house: House):
    broadcast = await house.running()
    assert (await results.results(house.marketer, broadcast.id)).versions is None
    assert {one.is_b for one in await _planned(broadcast)} == {False}


# -- which is better --------------------------------------------------------------------------------------------------


def _part(version: str, sent: int, arrived: int) -> VersionPart:
    return VersionPart(version, "", sent, opened=0, claimed=0, booked=0, arrived=arrived)


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        ((1000, 20), (1000, 60), "版本 B 更好"),
        ((1000, 60), (1000, 20), "版本 A 更好"),
        ((1000, 20), (1000, 25), "看不出差别"),
        ((0, 0), (1000, 25), "还没有两个版本都送达的人"),
        ((5, 0), (5, 2), "看不出差别"),
    ],
)
def test_a_difference_is_named_only_when_one_sees_it(a: tuple[int, int], b: tuple[int, int], says: str):
    found = difference("arrived", _part("A", *a), _part("B", *b), looks=1)
    assert found.sentence == says
    assert (conclusion([found]) == UNDECIDED) == ("更好" not in says)


def test_who_looks_at_more_steps_needs_more_to_see_a_difference():
    a, b = _part("A", 1000, 30), _part("B", 1000, 48)
    once, often = (difference("arrived", a, b, looks=looks) for looks in (1, 4))
    assert (once.sentence, often.sentence) == ("版本 B 更好", "看不出差别")
    assert once.low is not None
    assert often.low is not None
    assert once.low > often.low


def test_what_counts_is_the_last_step_at_which_they_differ():
    a = VersionPart("A", "", 1000, opened=100, claimed=0, booked=0, arrived=60)
    b = VersionPart("B", "", 1000, opened=300, claimed=0, booked=0, arrived=10)
    found = [difference(name, a, b, looks=2) for name in ("opened", "arrived")]
    assert conclusion(found).startswith("版本 A 更好：到店率 B 比 A −5.0 个百分点")
