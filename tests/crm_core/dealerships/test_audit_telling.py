"""What the audit log tells besides is read in words, whatever the log itself keeps."""

import pytest

from app.wiring import wire
from crm_core.dealerships import audit, audit_reading
from crm_core.dealerships.models import Role
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
