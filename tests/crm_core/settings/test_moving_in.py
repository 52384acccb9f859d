"""The way in: each step says what is missing, and a missing secret is one of these things."""

import pytest

from app.wiring import wire
from crm_core.dealerships.models import Bay, Role
from crm_core.settings.moving_in import is_fresh, steps
from foundation.settings import Settings, get_settings
from tests import factories as make


async def test_a_step_is_open_until_its_last_need_is_met(
    database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire()
    admin, store = await make.acting(Role.ADM), await make.make_store(advisors=0, address="大道 1 号", phone="0755-1")
    monkeypatch.setenv("WEDEALER_WECHAT_PAY__MCH_ID", "")
    get_settings.cache_clear()

    async def left(key: str) -> list[str]:
        return next(step.left for step in await steps(admin) if step.key == key)

    assert await left("payment") == ["微信支付的密钥没配齐", "还没有收到过微信付款"]
    assert await left("stores") == []
    await Bay.filter(store_id=store.id).update(is_active=False)
    assert await left("stores") == ["有门店还没有工位"]
    assert await is_fresh()


async def test_a_step_that_is_not_the_readers_names_who_does_it_and_leads_nowhere(database: None) -> None:
    wire()
    store = await make.make_store(advisors=0)
    for role, to, by in (
        (Role.ADM, "", "市场专员拟好，总经理批准"),
        (Role.GM, "/marketing/broadcasts", ""),
    ):
        (step,) = [each for each in await steps(await make.acting(role, store)) if each.key == "broadcast"]
        assert (step.to, step.by) == (to, by)
    assert all(each.to for each in await steps(await make.acting(Role.ADM, store)) if each.key != "broadcast")
