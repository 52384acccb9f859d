"""With invented people no real platform can be called."""

import pytest

from crm_core.dealerships import origin
from foundation.settings import get_settings


@pytest.mark.parametrize(
    ("address", "is_real"),
    [
        ("https://qyapi.weixin.qq.com/", True),
        ("https://QYAPI.WEIXIN.QQ.COM./cgi-bin", True),
        ("https://api.mch.weixin.qq.com", True),
        ("https://payapp.tenpay.com/", True),
        ("https://qq.com/", True),
        ("http://127.0.0.1:8100/wecom/", False),
        ("https://notqq.com/", False),
        ("https://qq.com.example.org/", False),
        ("", False),
    ],
)
def test_a_real_host_is_known_by_the_end_of_its_name(address: str, is_real: bool):
    assert origin.is_real_host(address) is is_real


async def test_a_demo_calls_no_real_host(database: None):
    await origin.keep_demo_data_here("http://127.0.0.1:8100/")
    with pytest.raises(origin.DemoDataStaysHere):
        await origin.keep_demo_data_here("https://qyapi.weixin.qq.com/")


async def test_production_on_a_demos_data_calls_nobody(database: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(get_settings()), "is_demo", False)
    await origin.keep_demo_data_here("https://qyapi.weixin.qq.com/")
    await origin.mark_as_demo()
    await origin.mark_as_demo()
    for address in ("https://qyapi.weixin.qq.com/", "http://127.0.0.1:8100/"):
        with pytest.raises(origin.DemoDataStaysHere):
            await origin.keep_demo_data_here(address)
