"""The message push through its door: counted once, taken back when switched off, refused when forged."""

import asyncio

import orjson

from crm_core.messaging.allowances import remaining
from crm_core.messaging.subscribe_keys import subscribe_templates
from foundation.settings import Settings
from integrations.wecom.callback_crypto import CallbackCrypto
from tests.fixtures.web import Web

OPENID = "oM-owner"
TIMESTAMP, NONCE = "1732183200", "415670741"


def _crypto(settings: Settings) -> CallbackCrypto:
    weixin = settings.weixin
    return CallbackCrypto(weixin.push_token.get_secret_value(), weixin.push_aes_key.get_secret_value(), weixin.app_id)


def _sealed(settings: Settings, event: str, branch: str, status: str) -> tuple[dict[str, str], bytes]:
    template_id = subscribe_templates().template_id("S-APPT-RESULT")
    message = {
        "ToUserName": "gh_1",
        "FromUserName": OPENID,
        "CreateTime": 1732183200,
        "MsgType": "event",
        "Event": event,
        "List": {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": "0"},
        branch: {"List": {"TemplateId": template_id, "SubscribeStatusString": status}},
    }
    crypto = _crypto(settings)
    encrypted = crypto.encrypt(orjson.dumps(message))
    query = {
        "timestamp": TIMESTAMP,
        "nonce": NONCE,
        "encrypt_type": "aes",
        "msg_signature": crypto.signature(TIMESTAMP, NONCE, encrypted),
    }
    return query, orjson.dumps({"ToUserName": "gh_1", "Encrypt": encrypted})


async def test_one_accept_is_one_message_however_often_it_is_pushed(web: Web, settings: Settings):
    query, body = _sealed(settings, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", "accept")
    async with web.stranger() as platform:
        answers = await asyncio.gather(
            *(platform.post("/callbacks/weixin", params=query, content=body) for _ in range(5))
        )
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "success")}
    assert list((await remaining(OPENID)).values()) == [1]


async def test_a_notice_switched_off_takes_what_was_left(web: Web, settings: Settings):
    async with web.stranger() as platform:
        query, body = _sealed(settings, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", "accept")
        await platform.post("/callbacks/weixin", params=query, content=body)
        query, body = _sealed(settings, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", "reject")
        await platform.post("/callbacks/weixin", params=query, content=body)
    assert await remaining(OPENID) == {}


async def test_a_forged_push_is_refused_and_changes_nothing(web: Web, settings: Settings):
    query, body = _sealed(settings, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", "accept")
    async with web.stranger() as platform:
        forged = await platform.post("/callbacks/weixin", params=query | {"msg_signature": "0" * 40}, content=body)
        cut = await platform.post("/callbacks/weixin", params=query, content=body[:-20])
        huge = await platform.post("/callbacks/weixin", params=query, content=b"x" * 600_000)
    assert [forged.status_code, cut.status_code, huge.status_code] == [401, 401, 413]
    assert await remaining(OPENID) == {}
