"""No list, file or program brings an erased person back; if they return themselves, they are a new customer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.customers import registering, tombstones
from crm_core.customers.friend_pulls import queries, reading
from crm_core.customers.friendships import ContactDetails, befriend, describe, unfriend
from crm_core.customers.identities import identify
from crm_core.customers.merging_rules import PLACEHOLDER_NAME
from crm_core.customers.models import Customer, Friendship, IdentityKind, Tombstone
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from crm_core.privacy import retention
from crm_core.privacy.erasing import erase
from foundation import clock, jobs
from foundation import database as rows
from foundation.settings import Settings, get_settings
from tests import factories as make
from tests.crm_core.imports.books import OWNERS, book, brought, codes, summed, taken
from tests.partner_api.conftest import Program
from tests.partner_api.conftest import program as program

SYSTEM = system("test")
OLD = datetime.fromtimestamp(1_700_000_000, UTC)


async def _pulled(town):
    """Somebody the first reading of friends found; the reader."""
    gm = await make.acting(Role.GM, town.store, name="赵建国")
    person = {"person_id": "old", "nickname": "老友", "phone": "13900000001"}
    friend = {"userid": "WangFang", "person_id": "old", "created_at": int(OLD.timestamp())}
    await town.hand("POST", "import", {"people": [person], "friendships": [friend]})
    await reading.begin(gm)
    await jobs.drain()
    return gm, await Friendship.get()


async def _living() -> int:
    return await Customer.filter(erased_at=None, merged_into_id=None).count()


async def test_the_nightly_reading_of_friends_leaves_an_erased_person_out_and_says_so(town):
    gm, friend = await _pulled(town)
    await erase(friend.customer_id)
    await clock.advance(timedelta(days=1))
    await reading.begin(gm)
    await jobs.drain()
    assert (await _living(), await Friendship.all().count()) == (0, 0)
    view = await queries.newest(gm)
    assert view is not None
    assert view.kept_out == 1


async def test_a_reading_that_runs_while_the_erasure_commits_brings_nobody_back(town):
    gm, friend = await _pulled(town)
    await reading.begin(gm)
    erased, may_commit = asyncio.Event(), asyncio.Event()

    async def erasing():
        async with rows.transaction():
            await erase(friend.customer_id)
            erased.set()
            await may_commit.wait()

    task = asyncio.create_task(erasing())
    await erased.wait()
    # The list tells a new remark, so the reading has something to write of a friend it still sees.
    told = {"userid": "WangFang", "person_id": "old", "created_at": int(OLD.timestamp()), "remark": "X6 车主"}
    await town.hand("POST", "import", {"people": [], "friendships": [told]})
    walking = asyncio.create_task(jobs.drain())
    while not await rows.fetch_value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        await asyncio.sleep(0.01)
    may_commit.set()
    await task
    await walking
    assert (await _living(), await Friendship.all().count()) == (0, 0)


async def test_late_callbacks_and_answers_bring_nobody_back_and_befriending_again_begins_anew(town):
    _, friend = await _pulled(town)
    external, before = friend.external_userid, clock.now()
    await erase(friend.customer_id)
    assert await befriend(SYSTEM, userid="wangfang", external_userid=external, at=before) is None
    assert await describe(SYSTEM, ContactDetails(external, "老友", "u-old", ())) is None
    assert not await unfriend(SYSTEM, userid="wangfang", external_userid=external, at=before, by="customer")
    assert await _living() == 0

    await clock.advance(timedelta(days=2))
    again = await befriend(SYSTEM, userid="wangfang", external_userid=external, at=clock.now())
    assert again is not None
    assert again.customer_id != friend.customer_id
    person = await Customer.get(id=again.customer_id)
    assert (person.name, person.phone, person.visit_count) == (PLACEHOLDER_NAME, None, 0)
    assert await describe(SYSTEM, ContactDetails(external, "老友", None, ())) == person.id, "nothing keeps them out now"


async def test_signing_in_or_coming_to_the_desk_is_an_act_of_their_own(database):
    store = await make.make_store(advisors=0)
    was = await identify(SYSTEM, openid="o-1", phone="13800000001")
    await erase(was)
    assert await Tombstone.all().count() == 2
    assert await identify(SYSTEM, openid="o-1") != was
    desk = await make.acting(Role.SA, store)
    await registering.register(desk, name="张伟", phone="13800000001", store_id=store.id)
    assert await Tombstone.all().count() == 0


async def test_a_file_leaves_the_erased_out_row_by_row_and_takes_the_others(database, tmp_path):
    store = await make.make_store()
    manager = await make.acting(Role.GM, store, name="赵建国")
    await make.make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS})))
    gone = await Customer.get(name="赵样甲")
    await erase(gone.id)
    by_car = ["", "赵样甲", "", *OWNERS[1][3:]]
    by_phone = ["B7", "赵某", "19900000001", "LYFEC2PB7S1000777", "", "", ""]
    husband = ["B8", "孙样丙", "19900000003", "LYFBB6CE3T2000123", "", "", ""]
    file = book(tmp_path, {"客户": [*OWNERS, by_car, by_phone, husband]}, "again.xlsx")
    again = await taken(manager, await brought(manager, store.id, file))
    refused = {row for row, said in (await codes(again)).items() if "ERASED" in said}
    assert refused == {2, 4, 5}
    assert summed(again) == (1, 0, 1, 3)
    assert {person.name async for person in Customer.filter(erased_at=None)} == {"钱样乙", "孙样丙"}


async def test_a_program_is_told_that_the_customer_was_erased_and_makes_none(program: Program):
    dms = await program.calling(await make.make_store())
    wang = {"external_id": "C0001", "name": "王芳", "phone": "13900001111"}
    made = (await dms.post("/customers", json={"rows": [wang]})).json()["results"][0]
    await erase(made["id"])
    for row in (wang, {**wang, "external_id": "C0002"}, {**wang, "phone": None}):
        told = (await dms.post("/customers", json={"rows": [row]})).json()["results"][0]
        assert (told["result"], told["id"], [said["code"] for said in told["said"]]) == ("REFUSED", None, ["ERASED"])
        assert "已删除" in told["said"][0]["words"]
    assert await _living() == 0


async def test_a_mark_tells_no_name_and_ends_three_years_after_a_list_last_named_them(database):
    name = (IdentityKind.PHONE, "13800000001")
    async with rows.transaction():
        await tombstones.put_up([name])
    mark = await Tombstone.get()
    assert "13800000001" not in mark.mark
    await clock.advance(timedelta(days=2 * 366))
    assert await tombstones.erased_among([name]) == {name}
    await clock.advance(timedelta(days=2 * 366))
    await retention.run()
    assert await Tombstone.all().count() == 1, "a list named them two years ago"
    await clock.advance(timedelta(days=366 + 1))
    await retention.run()
    assert await Tombstone.all().count() == 0


async def test_marks_are_recognised_after_the_session_secret_was_replaced(
    database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    name = (IdentityKind.UNIONID, "oU-1")
    await tombstones.put_up([name])
    monkeypatch.setenv("WEDEALER_LASTING_SECRET", settings.session_secret.get_secret_value())
    monkeypatch.setenv("WEDEALER_SESSION_SECRET", "another" * 8)
    get_settings.cache_clear()
    assert await tombstones.erased_at([name]) is not None
    monkeypatch.setenv("WEDEALER_LASTING_SECRET", "")
    get_settings.cache_clear()
    assert await tombstones.erased_at([name]) is None, "without a lasting secret the session secret is the key"
