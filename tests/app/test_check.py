"""`wedealer check` says in words what is missing, by the name of the file or setting that somebody has to mend."""

from pathlib import Path

import pytest

from app import check
from crm_core.wording import subscribe_keys
from foundation.errors import WeDealerError
from foundation.settings import Settings, SmsSettings, get_settings
from integrations.sms import SmsClient
from tests.integrations.loopback import Reply, loopback


async def test_a_missing_file_of_subscribe_templates_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = tmp_path / "subscribe_keys.json"
    monkeypatch.setattr(get_settings().weixin, "subscribe_keys_file", missing)
    subscribe_keys.subscribe_templates.cache_clear()
    try:
        with pytest.raises(WeDealerError) as refusal:
            await check._templates()
    finally:
        subscribe_keys.subscribe_templates.cache_clear()
    assert str(missing) in refusal.value.text
    assert "connect-a-corp.md" in refusal.value.text


async def test_it_tells_which_sms_may_go_out_and_what_the_review_says_of_the_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"TemplateId": 1, "TemplateName": "loan_car_told", "StatusCode": 0},
        {"TemplateId": 2, "TemplateName": "gift", "StatusCode": -1, "ReviewReply": "涉及优惠券"},
        {"TemplateId": 3, "TemplateName": "new", "StatusCode": 1},
    ]
    async with loopback(lambda _: Reply.json({"Response": {"DescribeTemplateStatusSet": rows}})) as server:
        monkeypatch.setattr(check, "sms_client", lambda: SmsClient(SmsSettings(base_url=server.url)))
        said = await check._sms()
    assert "短信模板 1 个可用，1 个在审核，没有通过：「gift」涉及优惠券；" in said
    wrong = {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}}
    async with loopback(lambda _: Reply.json(wrong)) as server:
        monkeypatch.setattr(check, "sms_client", lambda: SmsClient(SmsSettings(base_url=server.url)))
        with pytest.raises(WeDealerError) as refusal:
            await check._sms()
    assert "AuthFailure.SignatureFailure" in refusal.value.text
