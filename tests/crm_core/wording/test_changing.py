"""Reworded notices: in their store only, from their moment on, kept with who and why; bad words are never said."""

import asyncio

import pytest

from crm_core.dealerships.models import Role
from crm_core.wording import changing, current, queries
from crm_core.wording.catalogue import SubscribeSpec
from crm_core.wording.errors import WordingIsTheGroups, WordingNotFound, WordingRefused, WordingUnchanged
from crm_core.wording.models import WordingChange
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make

REMINDER, HINT = "appointment_reminder", "subscribe.hint"
SHIPPED = "请带行驶证，晚到先说一声"


@pytest.fixture(autouse=True)
async def morning(database: None) -> None:
    await clock.set_to(clock.at(make.MONDAY, 9))


async def _word(actor, words, *, store_id=None, version=0, part=HINT, reason="店里的说法"):
    return await changing.word_part(
        actor, REMINDER, part, words, store_id=store_id, reason=reason, expected_version=version
    )


async def _hint(store_id, **when) -> str:
    spec = (await current.worded(REMINDER, store_id, **when)).channels["subscribe.json"]
    assert isinstance(spec, SubscribeSpec)
    return str(next(field.value for field in spec.fields if field.field == "hint"))


async def test_a_store_says_its_own_words_the_others_the_groups_and_the_past_what_was_said_then():
    store, other = await make.make_store(), await make.make_store()
    before = clock.now()
    await clock.set_to(clock.at(make.MONDAY, 10))
    await _word(await make.acting(Role.ADM), "记得带行驶证")
    await _word(await make.acting(Role.GM, store), "门口有人接您", store_id=store.id)
    assert [await _hint(each) for each in (store.id, other.id, None)] == [
        "门口有人接您",
        "记得带行驶证",
        "记得带行驶证",
    ]
    assert await _hint(store.id, moment=before) == SHIPPED


async def test_going_back_leads_to_the_group_and_then_to_the_shipped_words():
    store = await make.make_store()
    admin, manager = await make.acting(Role.ADM), await make.acting(Role.GM, store)
    await _word(admin, "记得带行驶证")
    await _word(manager, "门口有人接您", store_id=store.id)
    await _word(manager, None, store_id=store.id, version=1)
    assert await _hint(store.id) == "记得带行驶证"
    await _word(admin, None, version=1)
    assert await _hint(store.id) == SHIPPED
    with pytest.raises(WordingUnchanged):
        await _word(admin, None, version=2)
    assert await WordingChange.all().count() == 4, "nothing is lost from the history"
    audited = await database.fetch("SELECT action FROM audit_entry WHERE subject = $1", f"wording:{REMINDER}.{HINT}")
    assert [row["action"] for row in audited] == ["messages.word"] * 4


async def test_bad_words_are_neither_saved_nor_said():
    admin = await make.acting(Role.ADM)
    for words in ("到店送好礼", "全城第一", "电话 13812345678", "{车牌}到了", "字" * 21):
        with pytest.raises(WordingRefused):
            await _word(admin, words)
    assert not await WordingChange.exists()
    await database.execute(
        "INSERT INTO wording_change (message, part, number, words, reason, changed_by_id, changed_at) "
        "VALUES ($1, $2, 1, '到店送好礼', '改库', $3, $4)",
        REMINDER,
        HINT,
        admin.id,
        clock.now(),
    )
    current.forget()
    assert await _hint(None) == SHIPPED


async def test_of_two_at_once_one_wins_and_the_other_is_told():
    admins = [await make.acting(Role.ADM), await make.acting(Role.ADM)]
    results = await asyncio.gather(
        *(_word(admin, f"第{n}种说法") for n, admin in enumerate(admins, 1)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["StaleVersion", "WordingChange"]
    with pytest.raises(StaleVersion):
        await _word(admins[0], "再改一次")


async def test_a_manager_words_their_own_store_only():
    store, other = await make.make_store(), await make.make_store()
    manager = await make.acting(Role.GM, store)
    with pytest.raises(WordingIsTheGroups):
        await _word(manager, "记得带行驶证")
    with pytest.raises(NotAllowed):
        await _word(manager, "记得带行驶证", store_id=other.id)
    with pytest.raises(NotAllowed):
        await _word(await make.acting(Role.SA, store), "记得带行驶证", store_id=store.id)
    with pytest.raises(WordingNotFound):
        await _word(manager, "到店", store_id=store.id, part="subscribe.store")


async def test_words_can_be_looked_at_before_they_are_saved():
    admin = await make.acting(Role.ADM)
    good = await queries.preview_words(admin, REMINDER, HINT, "记得带行驶证", store_id=None)
    assert good.problems == []
    assert any("记得带行驶证" in row.value for shown in good.shown for row in shown.look.rows)
    bad = await queries.preview_words(admin, REMINDER, HINT, "到店送好礼", store_id=None)
    assert any("营销词" in problem for problem in bad.problems)
