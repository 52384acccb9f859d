"""What the audit log tells besides is read in words, whatever the log itself keeps."""

import pytest

from app.wiring import wire
from crm_core.dealerships import audit, audit_reading
from crm_core.dealerships.actors import partner
from crm_core.dealerships.models import Region, Role
from foundation import database
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_what_a_line_tells_besides_names_colleagues_stores_and_columns_of_settings():
    wire()
    store = await make.make_store(short_name="南山店")
    officer, manager = await make.acting(Role.DPO), await make.acting(Role.GM, store)
    one, other = [await make.make_staff(Role.SC, store, name=name) for name in ("李敏", "王芳")]
    changed = {"name": "快保1", "store_id": store.id, "is_live": True}
    async with database.transaction():
        await audit.note(manager, "customers.assign", "customer:1", **{"from": one.id, "to": other.id})
        await audit.note(manager, "mileage.correct", "vehicle:1", **{"from": one.id, "to": 99})
        await audit.note(manager, "webhooks.make", "webhook:1", stores=[store.id])
        await audit.note(manager, "settings.add", "bay:1", list="bays", before={}, after=changed)
        await audit.note(
            manager, "settings.change", "bay:1", list="bays", before={"name": "快保1"}, after={"name": "快保2"}
        )
    edited, added, webhook, corrected, assigned = (await audit_reading.page(officer)).items
    assert assigned.details == {"from": "李敏", "to": "王芳"}
    assert corrected.details == {"from": one.id, "to": 99}, "kilometres are nobody's name"
    assert webhook.details == {"stores": ["南山店"]}
    assert added.details == {"工位": "新增", "门店": "南山店", "名称": "快保1"}
    assert edited.details == {"工位": "修改", "名称": "快保1 → 快保2"}


async def test_what_was_taken_away_told_or_allowed_is_said_in_the_words_of_its_page():
    wire()
    store = await make.make_store(short_name="南山店")
    region = await Region.create(name="华南区")
    officer, manager = await make.acting(Role.DPO), await make.acting(Role.GM, store)
    held = [f"SA@store:{store.id}", f"RGN@region:{region.id}", "DPO@group"]
    async with database.transaction():
        await audit.note(manager, "staff.set_roles", "staff:1", before=[], after=held)
        await audit.note(manager, "exports.ask", "list_export:1", list="customers", columns=["name", "gone"])
        await audit.note(manager, "webhooks.make", "webhook:1", events=["appointment.no_show"])
        await audit.note(manager, "partners.make_key", "api_key:1", scopes=["partners.bring_cars", "gone"])
        await audit.note(manager, "privacy.done", "privacy_request:1", kind="DELETION")
        await audit.note(partner(3, "DMS", "dms", [], []), "partners.bring_cars", "api_key:3", counts={"NEW": 1})
    brought, answered, key, webhook, export, roles = (await audit_reading.page(officer)).items
    assert roles.details["after"] == ["SA@南山店", "RGN@华南区", "DPO@group"]
    assert export.details == {"list": "客户", "columns": ["姓名", "gone"]}
    assert webhook.details == {"events": ["预约爽约"]}
    assert key.details == {"scopes": ["写入车辆", "gone"]}
    assert answered.details == {"kind": "删除个人信息"}
    assert (brought.who, brought.word) == ("外部系统", "外部系统写入车辆")
