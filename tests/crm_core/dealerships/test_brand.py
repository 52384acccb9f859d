"""What the group calls itself: cut from its name, kept with it, changed in the settings, known everywhere at once."""

import pytest

from app.wiring import wire
from crm_core.dealerships import brand
from crm_core.dealerships.brand import UNNAMED, Brand, suggested
from crm_core.dealerships.models import DealerGroup, Role
from crm_core.settings import changing, history, queries
from crm_core.settings.errors import SettingNotMade, SettingValueRefused
from foundation import clock, database
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.web import Web

NAMES = {
    "云帆汽车集团": Brand("云帆", "云帆汽车"),
    "远航汽车销售服务有限公司": Brand("远航", "远航汽车销售服务"),
    "广东远航控股集团有限公司": Brand("广东远航", "广东远航"),
    "远航新能源汽车销售服务有限公司": Brand("远航新能源", "远航新能源汽车销"),
    "集团": Brand("集团", "集团"),
    "汽车集团": Brand("汽车", "汽车"),
    "粤港澳大湾区远航汽车集团": Brand("粤港澳大湾区", "粤港澳大湾区远航"),
}


async def _group(name: str = "远航汽车集团") -> DealerGroup:
    called = suggested(name)
    return await DealerGroup.create(
        id=1, name=name, short_name=called.short, sms_signature=called.sms_signature, corp_id="ww1",
        begun_at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(("name", "called"), NAMES.items())
def test_a_group_is_called_by_its_name_without_what_every_company_is_called(name: str, called: Brand) -> None:
    assert suggested(name) == called


@pytest.mark.usefixtures("database")
async def test_before_a_group_has_begun_its_messages_speak_of_nobody_in_particular() -> None:
    assert await brand.current() == UNNAMED
    assert await brand.short_name() == ""


@pytest.mark.usefixtures("database")
async def test_an_administrator_changes_it_in_the_settings_where_it_is_never_added_nor_ended() -> None:
    wire()
    await _group()
    admin, manager = await make.acting(Role.ADM), await make.acting(Role.GM, await make.make_store())
    (row,) = (await queries.rows(admin, "group")).items
    assert row.values == {"name": "远航汽车集团", "short_name": "远航", "sms_signature": "远航汽车"}
    view = await queries.one_list(admin, "group")
    assert (view.may_add, view.ends) == (False, False)
    with pytest.raises(SettingNotMade):
        await changing.add(admin, "group", {**row.values, "name": "另一个"})
    with pytest.raises(SettingNotMade):
        await changing.end(admin, "group", row.id, expected_version=row.version, reason="卖了")
    with pytest.raises(NotAllowed):
        await changing.change(manager, "group", row.id, {"short_name": "南山"}, expected_version=row.version)
    for wrong in ({"short_name": "远航汽车服务集团"}, {"short_name": ""}, {"sms_signature": "【远航】"}):
        with pytest.raises(SettingValueRefused):
            await changing.change(admin, "group", row.id, wrong, expected_version=row.version)
    await changing.change(admin, "group", row.id, {"short_name": "远航南方"}, expected_version=row.version)
    brand.forget()
    assert await brand.current() == Brand("远航南方", "远航汽车")
    (line,) = await history.of_row(admin, "group", row.id)
    assert [(each.word, each.before, each.after) for each in line.differences] == [("简称", "远航", "远航南方")]


async def test_the_console_is_told_with_the_person(web: Web) -> None:
    admin = await web.signed_in(await make.acting(Role.ADM))
    assert (await admin.get("/me")).json()["group"] == ""
    await _group()
    await database.execute("UPDATE dealer_group SET short_name = '远航南方'")
    brand.forget()
    assert (await admin.get("/me")).json()["group"] == "远航南方"
