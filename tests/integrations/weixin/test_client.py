"""Server API calls over real HTTP, with the token shared through a real Valkey."""

import asyncio
import secrets

import pytest

from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from integrations.weixin import CallInvalid, SubscribeDataInvalid, WeixinClient, WeixinError
from tests.integrations.loopback import BROKEN, Loopback, Received, Reply, loopback


class MiniProgramPlatform:
    """Hands out tokens, refuses stale ones, and answers every other call with `reply`."""

    def __init__(self) -> None:
        self.token_number = 0
        self.valid_token = ""
        self.reply = Reply.json({"errcode": 0, "errmsg": "ok"})

    def __call__(self, request: Received) -> Reply:
        if request.path == "/cgi-bin/stable_token":
            return self.new_token()
        if request.path != "/sns/jscode2session" and request.query.get("access_token") != self.valid_token:
            return Reply.json({"errcode": 40001, "errmsg": "invalid credential, access_token is invalid"})
        return self.reply

    def new_token(self) -> Reply:
        self.token_number += 1
        self.valid_token = f"token-{self.token_number}"
        return Reply.json({"access_token": self.valid_token, "expires_in": 7200})


@pytest.fixture
def platform() -> MiniProgramPlatform:
    return MiniProgramPlatform()


@pytest.fixture
async def stub(platform: MiniProgramPlatform):
    async with loopback(platform) as server:
        yield server


@pytest.fixture
async def client(stub: Loopback):
    made = WeixinClient(stub.url, f"wx{secrets.token_hex(8)}", "the-secret", timeout_seconds=2)
    yield made
    await made.close()


def calls(stub: Loopback, path: str) -> list[Received]:
    return [request for request in stub.received if request.path == path]


async def send(client: WeixinClient, **data: str) -> str:
    values = data or {"thing1": "更换机油", "car_number2": "粤A12345"}
    return await client.send_subscribe_message("oOpenid", "TEMPLATE", values, page="pages/order?id=7")


async def test_a_login_code_becomes_a_session(stub, client, platform):
    platform.reply = Reply.json({"openid": "o1", "session_key": "k==", "unionid": "u1"})
    session = await client.code2session("js-code")
    assert (session.openid, session.session_key, session.unionid) == ("o1", "k==", "u1")
    [request] = stub.received
    assert request.query == {
        "appid": client.app_id,
        "secret": "the-secret",
        "js_code": "js-code",
        "grant_type": "authorization_code",
    }


async def test_without_an_open_platform_account_there_is_no_unionid(client, platform):
    platform.reply = Reply.json({"openid": "o1", "session_key": "k=="})
    assert (await client.code2session("js-code")).unionid is None


async def test_a_used_login_code_is_the_callers_matter(client, platform):
    platform.reply = Reply.json({"errcode": 40029, "errmsg": "invalid code"})
    with pytest.raises(WeixinError) as caught:
        await client.code2session("js-code")
    assert (caught.value.errcode, caught.value.kind) == (40029, ErrorKind.OUR_MISTAKE)


async def test_many_callers_fetch_one_token(stub, client):
    await asyncio.gather(*(send(client) for _ in range(20)))
    [request] = calls(stub, "/cgi-bin/stable_token")
    assert request.json() == {"grant_type": "client_credential", "appid": client.app_id, "secret": "the-secret"}


async def test_two_processes_share_one_token(stub, client):
    other = WeixinClient(stub.url, client.app_id, "the-secret")
    await asyncio.gather(send(client), send(other))
    await other.close()
    assert len(calls(stub, "/cgi-bin/stable_token")) == 1


async def test_a_token_refused_under_many_callers_is_renewed_once_and_each_call_repeated_once(stub, client, platform):
    await send(client)
    platform.valid_token = "the platform forgot"
    await asyncio.gather(*(send(client) for _ in range(10)))
    assert len(calls(stub, "/cgi-bin/stable_token")) == 2
    assert len(calls(stub, "/cgi-bin/message/subscribe/send")) == 1 + 10 * 2


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_token_refused_twice_is_an_error_and_no_loop(stub, client, platform, errcode):
    await client.token.get()
    platform.reply = Reply.json({"errcode": errcode, "errmsg": "no"})
    with pytest.raises(WeixinError) as caught:
        await send(client)
    assert (caught.value.errcode, caught.value.kind) == (errcode, ErrorKind.TOKEN)
    assert len(calls(stub, "/cgi-bin/message/subscribe/send")) == 2


async def test_a_wrong_secret_is_said_and_no_token_is_kept(client, platform, monkeypatch):
    monkeypatch.setattr(platform, "new_token", lambda: Reply.json({"errcode": 40125, "errmsg": "invalid appsecret"}))
    with pytest.raises(WeixinError) as caught:
        await send(client)
    assert (caught.value.errcode, caught.value.kind) == (40125, ErrorKind.PERMANENT)
    monkeypatch.undo()
    await send(client)


async def test_a_subscription_message_wraps_each_value(stub, client, platform):
    platform.reply = Reply.json({"errcode": 0, "errmsg": "ok", "msgid": 1234567})
    assert await send(client) == "1234567"
    [request] = calls(stub, "/cgi-bin/message/subscribe/send")
    assert request.json() == {
        "touser": "oOpenid",
        "template_id": "TEMPLATE",
        "page": "pages/order?id=7",
        "data": {"thing1": {"value": "更换机油"}, "car_number2": {"value": "粤A12345"}},
        "miniprogram_state": "formal",
        "lang": "zh_CN",
    }


async def test_a_value_the_template_refuses_is_not_sent_and_not_quoted(stub, client):
    with pytest.raises(SubscribeDataInvalid) as caught:
        await send(client, thing1="字" * 21, phone_number2="138 0013 8000 or 139")
    assert set(caught.value.broken) == {"thing1", "phone_number2"}
    assert (caught.value.errcode, caught.value.kind) == (47003, ErrorKind.OUR_MISTAKE)
    assert "138" not in f"{caught.value} {caught.value.errmsg} {caught.value.details}"
    assert stub.received == []


async def test_a_refusing_owner_is_permanent(client, platform):
    platform.reply = Reply.json({"errcode": 43101, "errmsg": "user refuse to accept the msg"})
    with pytest.raises(WeixinError) as caught:
        await send(client)
    assert (caught.value.errcode, caught.value.kind) == (43101, ErrorKind.PERMANENT)


@pytest.mark.parametrize("reply", [BROKEN, Reply(b"<html>", 502), Reply(b"", 200), Reply.json(["ok"])])
async def test_a_message_without_an_answer_has_an_unknown_outcome_and_is_not_repeated(stub, client, platform, reply):
    platform.reply = reply
    with pytest.raises(OutcomeUnknown):
        await send(client)
    assert len(calls(stub, "/cgi-bin/message/subscribe/send")) == 1


async def test_a_question_without_an_answer_may_be_asked_again(client, platform):
    platform.reply = BROKEN
    with pytest.raises(PlatformError) as caught:
        await client.generate_url_link("pages/index")
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.is_retryable


async def test_busy_is_worth_the_same_call_later(client, platform):
    platform.reply = Reply.json({"errcode": -1, "errmsg": "system error"})
    with pytest.raises(WeixinError) as caught:
        await send(client)
    assert caught.value.is_retryable


async def test_a_phone_number_must_be_for_us(stub, client, platform):
    info = {"phoneNumber": "13800138000", "purePhoneNumber": "13800138000", "countryCode": "86"}
    mine, other = ({"timestamp": 1, "appid": appid} for appid in (client.app_id, "wxother"))
    platform.reply = Reply.json({"errcode": 0, "errmsg": "ok", "phone_info": info | {"watermark": mine}})
    phone = await client.get_phone_number("phone-code")
    assert (phone.phone_number, phone.country_code) == ("13800138000", "86")
    assert stub.received[-1].json() == {"code": "phone-code"}
    platform.reply = Reply.json({"errcode": 0, "errmsg": "ok", "phone_info": info | {"watermark": other}})
    with pytest.raises(WeixinError):
        await client.get_phone_number("phone-code")


async def test_a_code_image_comes_back_as_bytes(stub, client, platform):
    platform.reply = Reply(b"\xff\xd8jpeg", 200, {"Content-Type": "image/jpeg"})
    assert await client.get_unlimited_code("t=12&s=3", page="pages/order/index") == b"\xff\xd8jpeg"
    assert stub.received[-1].json() == {
        "scene": "t=12&s=3",
        "width": 430,
        "env_version": "release",
        "check_path": True,
        "page": "pages/order/index",
    }


async def test_a_code_image_may_come_back_as_an_error(client, platform):
    platform.reply = Reply.json({"errcode": 41030, "errmsg": "invalid page"})
    with pytest.raises(WeixinError) as caught:
        await client.get_unlimited_code("t=12")
    assert caught.value.errcode == 41030


@pytest.mark.parametrize(
    ("scene", "options"),
    [
        ("", {}),
        ("x" * 33, {}),
        ("50%", {}),
        ("门店", {}),
        ("a b", {}),
        ("t=1", {"page": "/pages/index"}),
        ("t=1", {"page": "pages/index?a=1"}),
        ("t=1", {"width_px": 279}),
        ("t=1", {"width_px": 1281}),
    ],
)
async def test_a_code_the_platform_would_refuse_is_not_asked_for(stub, client, scene, options):
    with pytest.raises(CallInvalid):
        await client.get_unlimited_code(scene, **options)
    assert stub.received == []


async def test_a_link_lives_at_most_thirty_days(stub, client, platform):
    platform.reply = Reply.json({"errcode": 0, "errmsg": "ok", "url_link": "https://wxaurl.cn/abc"})
    assert await client.generate_url_link("pages/order", "id=7", expires_after_days=3) == "https://wxaurl.cn/abc"
    body = stub.received[-1].json()
    assert (body["path"], body["query"], body["expire_type"], body["expire_interval"]) == ("pages/order", "id=7", 1, 3)
    with pytest.raises(CallInvalid):
        await client.generate_url_link("pages/order", expires_after_days=31)


async def test_a_text_check_tells_what_the_platform_suggests(stub, client, platform):
    result = {"errcode": 0, "errmsg": "ok", "result": {"suggest": "risky", "label": 20003}, "trace_id": "t1"}
    platform.reply = Reply.json(result)
    check = await client.check_text("o1", "some text", scene=2)
    assert (check.suggest, check.label, check.trace_id) == ("risky", 20003, "t1")
    assert stub.received[-1].json() == {"version": 2, "openid": "o1", "scene": 2, "content": "some text"}
    for text in ("", "长" * 2501):
        with pytest.raises(CallInvalid):
            await client.check_text("o1", text, scene=2)
