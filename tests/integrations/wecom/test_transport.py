"""One token for all, one renewal, few tries, and an error of its own when the outcome is unknown."""

import asyncio
from dataclasses import replace

import pytest

from foundation.cache import redis
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.http import HttpClient
from integrations.wecom import tokens
from integrations.wecom.client import WeComApp, WeComClient
from integrations.wecom.errors import WeComError
from tests.integrations.loopback import BROKEN, Loopback, Reply
from tests.integrations.wecom.platform import WeComPlatform

BUSY = {"errcode": -1, "errmsg": "system busy"}
SEND_BODY = {"touser": "zhang", "msgtype": "text", "agentid": 1000002, "text": {"content": "hi"}}


async def test_twenty_callers_fetch_one_token(client: WeComClient, platform: WeComPlatform):
    await asyncio.gather(*(client.transport.get("user/get", {"userid": "zhang"}) for _ in range(20)))
    assert platform.token_calls == 1
    assert len(platform.calls["user/get"]) == 20


async def test_another_process_uses_the_token_that_is_there(app: WeComApp, platform: WeComPlatform):
    clients = [WeComClient(app) for _ in range(3)]
    for client in clients:
        await client.transport.get("user/get")
        await client.close()
    assert platform.token_calls == 1


async def test_an_expired_token_is_renewed_once_for_twenty_callers_in_four_processes(
    app: WeComApp, platform: WeComPlatform
):
    clients = [WeComClient(app) for _ in range(4)]
    await asyncio.gather(*(client.transport.get("user/get") for client in clients))
    platform.expire_token()
    answers = await asyncio.gather(*(client.transport.get("user/get") for client in clients for _ in range(5)))
    assert [answer["errcode"] for answer in answers] == [0] * 20
    assert platform.token_calls == 2
    for client in clients:
        await client.close()


async def test_a_token_that_somebody_renewed_meanwhile_is_not_fetched_again(app: WeComApp, platform: WeComPlatform):
    early, late = WeComClient(app), WeComClient(app)
    await early.transport.get("user/get")
    await late.transport.get("user/get")
    platform.expire_token()
    await early.transport.get("user/get")
    await late.transport.get("user/get")  # still holds the dead one
    assert platform.token_calls == 2
    await early.close()
    await late.close()


async def test_a_platform_that_refuses_every_token_gets_exactly_two_calls(client: WeComClient, platform: WeComPlatform):
    platform.refuses_every_token = True
    with pytest.raises(WeComError) as refused:
        await client.transport.post("message/send", SEND_BODY)
    assert (refused.value.errcode, refused.value.kind) == (40014, ErrorKind.TOKEN)
    assert refused.value.is_retryable
    assert len(platform.calls["message/send"]) == 2
    assert platform.token_calls == 2


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_each_refusal_of_a_token_is_cured_by_a_new_one(
    client: WeComClient, platform: WeComPlatform, errcode: int
):
    platform.script["user/get"] = [{"errcode": errcode, "errmsg": "no"}, {"errcode": 0, "userid": "zhang"}]
    assert (await client.transport.get("user/get"))["userid"] == "zhang"


async def test_a_wrong_credential_is_permanent_after_one_renewal(client: WeComClient, platform: WeComPlatform):
    platform.script["user/get"] = [{"errcode": 40001, "errmsg": "invalid credential"}]
    with pytest.raises(WeComError) as refused:
        await client.transport.get("user/get")
    assert refused.value.kind == ErrorKind.PERMANENT
    assert len(platform.calls["user/get"]) == 2


async def test_a_wrong_secret_is_permanent(client: WeComClient, platform: WeComPlatform):
    platform.token_answer = {"errcode": 40001, "errmsg": "invalid credential, hint: [1700000000_1_abc]"}
    with pytest.raises(WeComError) as refused:
        await client.transport.get("user/get")
    assert (refused.value.call, refused.value.kind) == ("gettoken", ErrorKind.PERMANENT)
    assert "the-app-secret" not in str(refused.value) + refused.value.errmsg


async def test_a_token_is_forgotten_before_it_ends(client: WeComClient, platform: WeComPlatform):
    platform.expires_in = 600
    await client.transport.get("user/get")
    [key] = [key async for key in redis().scan_iter(f"wecom:access_token:{client.app.corp_id}:*")]
    assert 0 < await redis().ttl(key) < 600


async def test_apps_and_secrets_never_share_a_token(app: WeComApp, platform: WeComPlatform):
    apps = [app, replace(app, agent_id=7), replace(app, secret=app.secret + "2")]
    for one in apps:
        client = WeComClient(one)
        await client.transport.get("user/get")
        await client.close()
    assert platform.token_calls == 3
    keys = [key async for key in redis().scan_iter(f"wecom:access_token:{app.corp_id}:*")]
    assert len(keys) == 3
    assert not any("the-app-secret" in key for key in keys)


async def test_a_process_trusts_its_own_copy_only_a_moment(
    app: WeComApp, platform: WeComPlatform, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tokens, "MEMORY_SECONDS", 0.0)
    client = WeComClient(app)
    await client.transport.get("user/get")
    await redis().flushdb()
    await client.transport.get("user/get")
    assert platform.token_calls == 2
    await client.close()


@pytest.mark.parametrize(("errcode", "calls"), [(-1, 4), (45033, 4), (41096, 2), (45009, 1), (41063, 1), (60020, 1)])
async def test_how_often_each_refusal_is_tried(client: WeComClient, platform: WeComPlatform, errcode: int, calls: int):
    platform.script["message/send"] = [{"errcode": errcode, "errmsg": "no"}]
    with pytest.raises(WeComError):
        await client.transport.post("message/send", SEND_BODY)
    assert len(platform.calls["message/send"]) == calls


async def test_a_busy_moment_passes(client: WeComClient, platform: WeComPlatform):
    platform.script["message/send"] = [BUSY, BUSY, {"errcode": 0, "msgid": "m1"}]
    assert (await client.transport.post("message/send", SEND_BODY))["msgid"] == "m1"


async def test_success_may_come_without_an_errcode(client: WeComClient, platform: WeComPlatform):
    platform.script["getcallbackip"] = [{"ip_list": ["1.1.1.1"]}]
    assert await client.callback_addresses() == ["1.1.1.1"]


@pytest.mark.parametrize(
    "answer",
    [BROKEN, Reply(b"<html>bad gateway</html>", 502), Reply(b"", 200), Reply(b'{"errcode":', 200), Reply(b"[]")],
)
async def test_an_order_without_a_readable_answer_has_an_unknown_outcome(
    client: WeComClient, platform: WeComPlatform, answer: Reply
):
    platform.script["message/send"] = [answer]
    with pytest.raises(OutcomeUnknown):
        await client.transport.post("message/send", SEND_BODY)
    assert len(platform.calls["message/send"]) == 1


@pytest.mark.parametrize("path", ["externalcontact/get_groupmsg_task", "externalcontact/remark"])
async def test_what_may_be_asked_twice_is(client: WeComClient, platform: WeComPlatform, path: str):
    platform.script[path] = [BROKEN, Reply(b"", 503), {"errcode": 0, "task_list": []}]
    assert (await client.transport.post(path, {"msgid": "m"}))["task_list"] == []


async def test_a_question_that_is_never_answered_is_not_done_and_may_come_back(
    client: WeComClient, platform: WeComPlatform
):
    platform.script["user/get"] = [BROKEN]
    with pytest.raises(PlatformError) as failed:
        await client.transport.get("user/get")
    assert failed.value.is_retryable
    assert not isinstance(failed.value, OutcomeUnknown)


async def test_a_late_answer_to_an_order_is_an_unknown_outcome(app: WeComApp, stub: Loopback, platform: WeComPlatform):
    client = WeComClient(app, http=HttpClient("wecom", stub.url, timeout_seconds=0.3))
    await client.transport.get("user/get")
    answer = stub.answer
    heard = asyncio.Event()

    async def slow(request):
        heard.set()
        await asyncio.sleep(1)
        return answer(request)

    stub.answer = slow
    with pytest.raises(OutcomeUnknown):
        await client.transport.post("message/send", SEND_BODY)
    assert heard.is_set()
    await client.close()


async def test_without_a_connection_nothing_was_done(app: WeComApp):
    client = WeComClient(replace(app, base_url="http://127.0.0.1:9/"))
    with pytest.raises(PlatformError) as failed:
        await client.transport.get("user/get")
    assert failed.value.is_retryable
    await client.close()


async def test_a_missing_page_is_permanent(client: WeComClient, platform: WeComPlatform):
    platform.script["user/get"] = [Reply(b"not found", 404)]
    with pytest.raises(PlatformError) as failed:
        await client.transport.get("user/get")
    assert failed.value.kind == ErrorKind.PERMANENT
    assert len(platform.calls["user/get"]) == 1
