"""A secret is recognised by its end and never read as a whole."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.settings.connections import secrets
from foundation.errors import NotAllowed
from foundation.settings import Settings, get_settings
from tests import factories as make

KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF1a2b\n-----END PRIVATE KEY-----\n"


async def test_a_secret_shows_four_characters_a_short_one_none_and_what_is_missing_is_missing(
    database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEDEALER_WECHAT_PAY__MERCHANT_PRIVATE_KEY", KEY)
    monkeypatch.setenv("WEDEALER_WEIXIN__APP_SECRET", "short")
    monkeypatch.setenv("WEDEALER_WECHAT_PAY__MCH_ID", "")
    get_settings.cache_clear()
    shown = {each.name.removeprefix("WEDEALER_"): each for each in secrets(await make.acting(Role.ADM))}
    assert shown["WECHAT_PAY__MERCHANT_PRIVATE_KEY"].end == "1a2b"
    assert (shown["WEIXIN__APP_SECRET"].is_there, shown["WEIXIN__APP_SECRET"].end) == (True, "")
    assert not shown["WECHAT_PAY__MCH_ID"].is_there
    assert KEY not in repr(shown)


async def test_a_number_that_is_no_secret_is_shown_whole(
    database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEDEALER_WECHAT_PAY__MCH_ID", "1900000109")
    get_settings.cache_clear()
    shown = {each.name: each.end for each in secrets(await make.acting(Role.ADM))}
    assert shown["WEDEALER_WECHAT_PAY__MCH_ID"] == "1900000109"


async def test_only_the_administrator_asks(database: None) -> None:
    with pytest.raises(NotAllowed):
        secrets(await make.acting(Role.GM, await make.make_store(advisors=0)))
