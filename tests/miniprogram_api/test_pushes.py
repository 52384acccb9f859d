"""The message push through its door: counted once, taken back when switched off, refused when forged."""

import asyncio
from datetime import timedelta

import orjson

from crm_core.messaging.allowances import remaining
from crm_core.messaging.models import MiniProgramPush
from crm_core.messaging.pushes import purge
from crm_core.wording.subscribe_keys import subscribe_templates
from foundation import clock
from foundation.personal import CALLBACKS
from foundation.settings import Settings
from integrations.wecom.callback_crypto import CallbackCrypto
from tests.fixtures.web import Web

OPENID = "oM-owner"
TIMESTAMP, NONCE = "1732183200", "415670741"


def _crypto(settings: Settings) -> CallbackCrypto:
    weixin = settings.weixin
    return CallbackCrypto(weixin.push_token.get_secret_value(), weixin.push_aes_key.get_secret_value(), weixin.app_id)


def _sealed(settings: Settings, event: str, status: str) -> tuple[dict[str, str], bytes]:
    template_id = subscribe_templates().template_id("S-APPT-RESULT")
    choice = {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": "0"}
    return _sealed_body(settings, orjson.dumps(_event(event, List=choice)))


def _event(event: str, **fields: object) -> dict[str, object]:
    envelope = {"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": 1732183200, "MsgType": "event"}
    return {**envelope, "Event": event, **fields}


def _sealed_body(settings: Settings, message: bytes) -> tuple[dict[str, str], bytes]:
    crypto = _crypto(settings)
    encrypted = crypto.encrypt(message)
    query = {
        "timestamp": TIMESTAMP,
        "nonce": NONCE,
        "encrypt_type": "aes",
        "msg_signature": crypto.signature(TIMESTAMP, NONCE, encrypted),
    }
    return query, orjson.dumps({"ToUserName": "gh_1", "Encrypt": encrypted})


async def test_one_accept_is_one_message_however_often_it_is_pushed(web: Web, settings: Settings):
    query, body = _sealed(settings, "subscribe_msg_popup_event", "accept")
    async with web.stranger() as platform:
        answers = await asyncio.gather(
            *(platform.post("/callbacks/weixin", params=query, content=body) for _ in range(5))
        )
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "success")}
    assert list((await remaining(OPENID)).values()) == [1]


async def test_a_notice_switched_off_takes_what_was_left(web: Web, settings: Settings):
    async with web.stranger() as platform:
        query, body = _sealed(settings, "subscribe_msg_popup_event", "accept")
        await platform.post("/callbacks/weixin", params=query, content=body)
        query, body = _sealed(settings, "subscribe_msg_change_event", "reject")
        await platform.post("/callbacks/weixin", params=query, content=body)
    assert await remaining(OPENID) == {}


async def test_the_name_of_an_event_is_read_in_any_case(web: Web, settings: Settings):
    query, body = _sealed(settings, "SUBSCRIBE_MSG_POPUP_EVENT", "accept")
    async with web.stranger() as platform:
        assert (await platform.post("/callbacks/weixin", params=query, content=body)).text == "success"
    assert list((await remaining(OPENID)).values()) == [1]


async def test_a_push_of_an_unknown_kind_is_kept_once_as_it_came(web: Web, settings: Settings):
    check = _event(
        "wxa_media_check", trace_id="t1", detail=[{"strategy": "content_model"}], result={"suggest": "risky"}
    )
    service = {**_event(""), "MsgType": "text", "Content": "在吗", "MsgId": 7}
    async with web.stranger() as platform:
        for message in (check, check, service):
            query, body = _sealed_body(settings, orjson.dumps(message))
            assert (await platform.post("/callbacks/weixin", params=query, content=body)).text == "success"
    kept = await MiniProgramPush.all().order_by("id")
    assert [(push.event, push.outcome) for push in kept] == [("wxa_media_check", "unknown"), ("text", "unknown")]
    assert orjson.loads(kept[0].body) == check
    await clock.advance(CALLBACKS.period + timedelta(minutes=1))
    await purge()
    assert not await MiniProgramPush.exists()


async def test_a_control_character_in_a_push_costs_the_character_and_not_the_push(web: Web, settings: Settings):
    message = orjson.dumps(_event("user_enter_tempsession", SessionFrom="a-b")).replace(b"a-b", b"a\x1db\n")
    escaped = orjson.dumps(_event("user_enter_tempsession", SessionFrom="x\x00y"))
    async with web.stranger() as platform:
        for body in (message, escaped):
            query, sealed = _sealed_body(settings, body)
            assert (await platform.post("/callbacks/weixin", params=query, content=sealed)).status_code == 200
    kept = await MiniProgramPush.all().order_by("id")
    assert [orjson.loads(push.body)["SessionFrom"] for push in kept] == ["ab\n", "xy"]


async def test_a_forged_push_is_refused_and_changes_nothing(web: Web, settings: Settings):
    query, body = _sealed(settings, "subscribe_msg_popup_event", "accept")
    async with web.stranger() as platform:
        forged = await platform.post("/callbacks/weixin", params=query | {"msg_signature": "0" * 40}, content=body)
        cut = await platform.post("/callbacks/weixin", params=query, content=body[:-20])
        huge = await platform.post("/callbacks/weixin", params=query, content=b"x" * 600_000)
    assert [forged.status_code, cut.status_code, huge.status_code] == [401, 401, 413]
    assert await remaining(OPENID) == {}
