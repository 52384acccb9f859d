"""One way for every list: who may, whose store, two at once, what uses it, the history and undoing."""

import pytest

from app.wiring import wire
from crm_core.dealerships.models import Bay, BayKind, Region, Role, Store
from crm_core.settings import changing, history, queries
from crm_core.settings.declaring import REGISTRY, uses_of
from crm_core.settings.errors import (
    SettingIsTheGroups,
    SettingNotFound,
    SettingNotMade,
    SettingTaken,
    SettingUnchanged,
    SettingUsed,
    SettingValueRefused,
)
from crm_core.settings.kinds import Kept, Values
from foundation import database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.workshop import make_workshop


@pytest.fixture(autouse=True)
async def wired(database: None) -> None:
    wire()


async def _version(actor, key: str, row_id: int) -> int:
    page = await queries.rows(actor, key)
    return next(row.version for row in page.items if row.id == row_id)


async def test_every_list_answers_its_columns_its_rows_and_what_uses_a_row():
    await make_workshop()
    admin = await make.acting(Role.ADM)
    assert len(REGISTRY) > 12
    for of in REGISTRY.values():
        view = await queries.one_list(admin, of.key)
        assert [column.name for column in view.columns] == [column.name for column in of.columns]
        page = await queries.rows(admin, of.key, typed="")
        for row in page.items[:1]:
            assert set(row.told) == set(row.values)
            await queries.uses(admin, of.key, row.id)
        for use in uses_of(of):
            assert isinstance(await database.fetch_value(use.sql, 1), int), use.word
    assert {"stores", "bays", "service-items", "item-prices"} <= {each.key for each in await queries.of_reader(admin)}


async def test_a_region_a_store_and_a_bay_are_made_from_nothing():
    admin = await make.acting(Role.ADM)
    region = await changing.add(admin, "regions", {"name": "华南区"})
    values: Values = {
        "code": "S01", "name": "云帆南山店", "short_name": "南山店", "region_id": region, "city": "深圳",
        "phone": "0755-12345678", "opens_minute": 510, "last_slot_minute": 1050, "closes_minute": 1080,
        "labour_rate_fen": 24000, "body_rate_fen": 28000, "ev_rate_fen": 32000,
    }  # fmt: skip
    store_id = await changing.add(admin, "stores", values)
    store = await Store.get(id=store_id)
    assert (store.short_name, store.is_live, store.labour_rate_fen) == ("南山店", True, 24000)
    bay = await changing.add(admin, "bays", {"store_id": store_id, "name": "快保1", "kind": "QUICK"})
    assert (await Bay.get(id=bay)).kind is BayKind.QUICK
    (row,) = (await queries.rows(admin, "bays", store_id=store_id)).items
    assert (row.name, row.store, row.told["kind"]) == ("快保1", "南山店", "快保")


async def test_a_wrong_value_is_refused_in_words():
    admin, store = await make.acting(Role.ADM), await make.make_store()
    refused: list[tuple[Values, str]] = [
        ({"store_id": store.id, "name": "", "kind": "QUICK"}, "名称要填"),
        ({"store_id": store.id, "name": "一二三四五六七八九", "kind": "QUICK"}, "最多 8 个字"),
        ({"store_id": store.id, "name": "快保1", "kind": "ROCKET"}, "类型要从给出的里面选"),
        ({"store_id": 999_999, "name": "快保1", "kind": "QUICK"}, "门店要从给出的里面选"),
        ({"store_id": store.id, "name": "快保1", "kind": "QUICK", "price": 1}, "不认识"),
    ]
    for values, sentence in refused:
        with pytest.raises(SettingValueRefused, match=sentence):
            await changing.add(admin, "bays", values)
    await changing.add(admin, "bays", {"store_id": store.id, "name": "快保1", "kind": "QUICK"})
    with pytest.raises(SettingTaken):
        await changing.add(admin, "bays", {"store_id": store.id, "name": "快保1", "kind": "EV"})


async def test_a_manager_changes_their_own_store_only_and_nothing_of_the_group():
    store, other = await make.make_store(), await make.make_store()
    manager = await make.acting(Role.GM, store)
    own, strange = await Bay.filter(store_id=store.id).first(), await Bay.filter(store_id=other.id).first()
    assert own is not None
    assert strange is not None
    await changing.change(
        manager, "bays", own.id, {"name": "一号"}, expected_version=await _version(manager, "bays", own.id)
    )
    with pytest.raises(NotAllowed):
        await changing.change(manager, "bays", strange.id, {"name": "一号"}, expected_version=1)
    with pytest.raises(NotAllowed):
        await changing.add(manager, "bays", {"store_id": other.id, "name": "二号", "kind": "QUICK"})
    assert {row.store_id for row in (await queries.rows(manager, "bays")).items} == {store.id}
    with pytest.raises(SettingNotFound):
        await history.of_row(manager, "bays", strange.id)
    with pytest.raises(NotAllowed):
        await changing.add(manager, "regions", {"name": "华北区"})
    item = await make.make_service_item()
    with pytest.raises(SettingIsTheGroups):
        await changing.add(manager, "item-prices", {"item_id": item.id, "labour_centihours": 80, "parts_fen": 100})
    technician = await make.acting(Role.TEC, store)
    with pytest.raises(NotAllowed):
        await queries.rows(technician, "bays")


async def test_of_two_administrators_the_second_is_told_that_it_changed():
    admin, store = await make.acting(Role.ADM), await make.make_store()
    bay = await Bay.filter(store_id=store.id).first()
    assert bay is not None
    seen = await _version(admin, "bays", bay.id)
    await changing.change(admin, "bays", bay.id, {"name": "一号"}, expected_version=seen)
    with pytest.raises(StaleVersion):
        await changing.change(admin, "bays", bay.id, {"kind": "EV"}, expected_version=seen)
    with pytest.raises(SettingUnchanged):
        await changing.change(
            admin, "bays", bay.id, {"name": "一号"}, expected_version=await _version(admin, "bays", bay.id)
        )


async def test_whoever_writes_a_row_makes_an_open_form_stale():
    """An import or the address book raises no version, and still an open form must not overwrite what they wrote."""
    admin, store = await make.acting(Role.ADM), await make.make_store()
    seen = await _version(admin, "stores", store.id)
    await Store.filter(id=store.id).update(phone="0755-87654321")
    with pytest.raises(StaleVersion):
        await changing.change(admin, "stores", store.id, {"city": "广州"}, expected_version=seen)


async def test_the_history_tells_who_changed_what_and_a_change_is_undone_as_a_new_one():
    admin, region = await make.acting(Role.ADM, name="周明"), await Region.create(name="华南区")
    await changing.change(
        admin, "regions", region.id, {"name": "大湾区"}, expected_version=await _version(admin, "regions", region.id),
        reason="改名",
    )  # fmt: skip
    (line,) = await history.of_row(admin, "regions", region.id)
    assert (line.by, line.what, line.reason, line.may_undo) == ("周明", "修改", "改名", True)
    assert [(each.word, each.before, each.after) for each in line.differences] == [("名称", "华南区", "大湾区")]
    await changing.undo(
        admin, "regions", region.id, line.id, expected_version=await _version(admin, "regions", region.id)
    )
    assert (await Region.get(id=region.id)).name == "华南区"
    assert [each.what for each in await history.of_row(admin, "regions", region.id)] == ["改回去", "修改"]
    other = await Region.create(name="华中区")
    with pytest.raises(SettingNotFound):
        await changing.undo(
            admin, "regions", other.id, line.id, expected_version=await _version(admin, "regions", other.id)
        )


async def test_undoing_an_old_change_leaves_later_changes_of_other_columns():
    admin, store = await make.acting(Role.ADM), await make.make_store(city="深圳")
    for values in ({"city": "广州"}, {"phone": "0755-87654321"}):
        version = await _version(admin, "stores", store.id)
        await changing.change(admin, "stores", store.id, values, expected_version=version)
    first = (await history.of_row(admin, "stores", store.id))[-1]
    await changing.undo(admin, "stores", store.id, first.id, expected_version=await _version(admin, "stores", store.id))
    await store.refresh_from_db()
    assert (store.city, store.phone) == ("深圳", "0755-87654321")


async def test_what_is_used_is_shown_and_holds_until_it_is_gone():
    workshop = await make_workshop()
    admin, line = await make.acting(Role.ADM), (await workshop.dispatched()).id
    bay_id = await database.fetch_value("SELECT bay_id FROM repair_line WHERE repair_order_id = $1", line)
    (use,) = await queries.uses(admin, "bays", bay_id)
    assert (use.word, use.count > 0, use.holds) == ("正在做的项目", True, True)
    version = await _version(admin, "bays", bay_id)
    with pytest.raises(SettingUsed, match="正在做的项目"):
        await changing.end(admin, "bays", bay_id, expected_version=version, reason="拆了")
    free = await Bay.create(store_id=workshop.store.id, name="备用", kind=BayKind.GENERAL)
    version = await _version(admin, "bays", free.id)
    await changing.end(admin, "bays", free.id, expected_version=version, reason="拆了")
    assert not (await Bay.get(id=free.id)).is_active
    (ended,) = (await queries.rows(admin, "bays", is_live=False)).items
    assert ended.id == free.id
    await changing.resume(admin, "bays", free.id, expected_version=ended.version)
    assert (await Bay.get(id=free.id)).is_active


async def test_rows_that_come_from_elsewhere_are_only_changed():
    store = await make.make_store()
    admin, technician = await make.acting(Role.ADM), await make.make_staff(Role.TEC, store, name="刘强")
    version = await _version(admin, "skills", technician.id)
    await changing.change(
        admin, "skills", technician.id, {"skills": ["EV", "QUICK"], "name": "别人"}, expected_version=version
    )
    await technician.refresh_from_db()
    assert (technician.skills, technician.name) == (["QUICK", "EV"], "刘强")
    with pytest.raises(SettingNotMade):
        await changing.add(admin, "skills", {"name": "新人"})
    with pytest.raises(SettingNotMade):
        await changing.end(
            admin,
            "skills",
            technician.id,
            expected_version=await _version(admin, "skills", technician.id),
            reason="走了",
        )


async def test_somebody_is_away_once_on_a_day():
    admin, store = await make.acting(Role.ADM), await make.make_store()
    staff = await make.make_staff(Role.TEC, store)
    days: dict[str, Kept] = {"staff_id": staff.id, "kind": "LEAVE", "first_on": "2026-12-01", "last_on": "2026-12-05"}
    first = await changing.add(admin, "absences", days)
    with pytest.raises(SettingTaken, match="改那一条的日期"):
        await changing.add(
            admin, "absences", {**days, "kind": "SICK", "first_on": "2026-12-05", "last_on": "2026-12-07"}
        )
    later = await changing.add(admin, "absences", {**days, "first_on": "2026-12-06", "last_on": "2026-12-07"})
    version = await _version(admin, "absences", later)
    with pytest.raises(SettingTaken):
        await changing.change(admin, "absences", later, {"first_on": "2026-12-04"}, expected_version=version)
    colleague = await make.make_staff(Role.TEC, store)
    await changing.add(admin, "absences", {**days, "staff_id": colleague.id})
    version = await _version(admin, "absences", first)
    await changing.end(admin, "absences", first, expected_version=version, reason="不休了")
    await changing.change(
        admin, "absences", later, {"first_on": "2026-12-01"}, expected_version=await _version(admin, "absences", later)
    )
