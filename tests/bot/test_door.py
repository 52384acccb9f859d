"""What the callback endpoint accepts, and how it refuses everything else."""

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from bot.door import MAX_AGE_SECONDS, MAX_SKEW_SECONDS, PATH, is_stale
from bot.inbox import Callback, InboxWriter, store
from bot.jobs import handle_callback, purge_inbox
from bot.models import InboxMessage
from foundation import clock, jobs, metrics
from foundation import database as foundation_database
from foundation.personal import CALLBACKS
from foundation.settings import get_settings
from integrations.wecom.callback_crypto import MAX_BODY_BYTES, CallbackCrypto

NONCE = "1372623149"


def _crypto(receiver=None):
    wecom = get_settings().wecom
    return CallbackCrypto(
        wecom.callback_token.get_secret_value(),
        wecom.callback_aes_key.get_secret_value(),
        receiver or wecom.corp_id,
    )


def _event(number=1, event="enter_agent"):
    return (
        f"<xml><ToUserName><![CDATA[{get_settings().wecom.corp_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[user{number}]]></FromUserName><CreateTime>1700000000</CreateTime>"
        f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>"
        "<EventKey></EventKey><AgentID>1000002</AgentID></xml>"
    )


def _sealed(xml, crypto=None, timestamp=None):
    crypto = crypto or _crypto()
    timestamp = timestamp or str(int(time.time()))
    encrypted = crypto.encrypt(xml.encode())
    body = f"<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    query = {"msg_signature": crypto.signature(timestamp, NONCE, encrypted), "timestamp": timestamp, "nonce": NONCE}
    return query, body.encode()


@pytest.fixture
async def wecom(door):
    """WeCom's side of the door."""
    async with httpx.AsyncClient(base_url=door) as client:
        yield client


def _refused(code):
    return metrics.ours.get_sample_value("wedealer_callbacks_total", {"door": "wecom", "outcome": code}) or 0


async def test_the_url_check_answers_the_plain_text_and_nothing_else(wecom):
    crypto = _crypto()
    echo = crypto.encrypt(b"1616140317555161061")
    query = {
        "msg_signature": crypto.signature("1700000000", NONCE, echo),
        "timestamp": "1700000000",
        "nonce": NONCE,
        "echostr": echo,
    }
    answer = await wecom.get(PATH, params=query)
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    assert (await wecom.get(PATH, params=query | {"msg_signature": "0" * 40})).status_code == 403
    assert (await wecom.get(PATH)).status_code == 400


async def test_a_callback_is_answered_empty_once_it_is_durable_with_its_job(wecom):
    query, body = _sealed(_event())
    answer = await wecom.post(PATH, params=query, content=body)
    assert (answer.status_code, answer.content) == (200, b"")
    row = await InboxMessage.get()
    assert (row.event, row.handled_at) == ("enter_agent", None)
    assert await foundation_database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 1


async def test_a_replay_is_answered_200_and_changes_nothing(wecom):
    query, body = _sealed(_event())
    answers = await asyncio.gather(*(wecom.post(PATH, params=query, content=body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert await InboxMessage.all().count() == 1
    await jobs.drain()
    assert (await wecom.post(PATH, params=query, content=body)).status_code == 200
    await jobs.drain()
    assert await InboxMessage.filter(outcome="ignored").count() == 1


async def test_a_forged_callback_is_refused_counted_and_logged_without_data(wecom, caplog):
    query, body = _sealed(_event(event="geheim"))
    before = _refused("bad_signature")
    with capture_logs() as events:
        answer = await wecom.post(PATH, params=query | {"msg_signature": "0" * 40}, content=body)
    assert (answer.status_code, answer.content) == (403, b"")
    assert _refused("bad_signature") == before + 1
    assert {"event": "callback_refused", "door": "wecom", "code": "bad_signature", "log_level": "warning"} in events
    assert "geheim" not in str(events) + caplog.text
    assert not await InboxMessage.exists()


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<xml><MsgType>&b;</MsgType></xml>"
)


@pytest.mark.parametrize(
    ("status", "make"),
    [
        pytest.param(403, lambda: _sealed(_event(), _crypto("another-corp")), id="another corp"),
        pytest.param(400, lambda: _sealed(BOMB), id="xml bomb"),
        pytest.param(400, lambda: _sealed("<xml><MsgType>event"), id="broken xml"),
        pytest.param(400, lambda: (_sealed(_event())[0], b"<xml></xml>"), id="no Encrypt"),
        pytest.param(400, lambda: (_sealed(_event())[0], b""), id="empty"),
        pytest.param(413, lambda: (_sealed(_event())[0], b"x" * (MAX_BODY_BYTES + 1)), id="oversize"),
    ],
)
async def test_what_cannot_be_genuine_is_refused_and_not_stored(wecom, status, make):
    query, body = make()
    assert (await wecom.post(PATH, params=query, content=body)).status_code == status
    assert not await InboxMessage.exists()


async def test_a_truncated_ciphertext_is_refused(wecom):
    crypto = _crypto()
    encrypted = crypto.encrypt(_event().encode())[:-32]
    query = {"msg_signature": crypto.signature("1", NONCE, encrypted), "timestamp": "1", "nonce": NONCE}
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    assert (await wecom.post(PATH, params=query, content=body.encode())).status_code == 400


async def test_a_body_without_a_declared_length_is_bounded_too(wecom):
    async def endless():
        for _ in range(MAX_BODY_BYTES // 65536 + 2):
            yield b"x" * 65536

    answer = await wecom.post(PATH, params=_sealed(_event())[0], content=endless())
    assert answer.status_code == 413


async def test_an_unknown_event_is_stored_and_acknowledged(wecom):
    query, body = _sealed(_event(event="brand_new_event"))
    assert (await wecom.post(PATH, params=query, content=body)).status_code == 200
    await jobs.drain()
    row = await InboxMessage.get()
    assert (row.event, row.outcome) == ("brand_new_event", "unknown")


async def test_a_message_keeps_its_words_without_the_characters_xml_forbids(wecom):
    xml = (
        f"<xml><ToUserName><![CDATA[{get_settings().wecom.corp_id}]]></ToUserName>"
        "<FromUserName><![CDATA[zhang]]></FromUserName><CreateTime>1700000000</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[明天\x1d几点\x00来]]></Content>"
        "<MsgId>4561255354251345929</MsgId><AgentID>218</AgentID></xml>"
    )
    query, body = _sealed(xml)
    assert (await wecom.post(PATH, params=query, content=body)).status_code == 200
    row = await InboxMessage.get()
    assert row.event == "text"
    assert "明天几点来" in row.body


def test_a_signature_is_stale_after_an_hour_and_refused_when_too_far_ahead():
    assert not is_stale("1700000000", 1700000000 + MAX_AGE_SECONDS)
    assert is_stale("1700000000", 1700000000 + MAX_AGE_SECONDS + 1)
    assert not is_stale("1700000000", 1700000000 - MAX_SKEW_SECONDS)
    assert is_stale("1700000000", 1700000000 - MAX_SKEW_SECONDS - 1)
    assert is_stale("soon", 1700000000)


def _callback(number, body="<xml></xml>", is_urgent=False):
    return Callback("wecom", f"key{number}", "enter_agent", body, is_urgent)


async def test_callbacks_of_one_moment_are_written_together(database):
    writer = InboxWriter()
    await asyncio.gather(*(writer.accept(_callback(number)) for number in range(100)))
    transactions = await foundation_database.fetch_value("SELECT count(DISTINCT xmin::text) FROM inbox_message")
    assert await InboxMessage.all().count() == 100
    assert transactions <= 2


async def test_one_bad_callback_does_not_take_its_neighbours_with_it(database):
    writer = InboxWriter()
    good = [writer.accept(_callback(number)) for number in range(3)]
    bad = writer.accept(_callback(9, body="a\x00b"))
    results = await asyncio.gather(good[0], bad, good[1], good[2], return_exceptions=True)
    assert [isinstance(result, Exception) for result in results] == [False, True, False, False]
    assert await InboxMessage.all().count() == 3


async def test_a_welcome_overtakes_what_waits(database):
    await store([_callback(1), _callback(2, is_urgent=True)])
    rows = await foundation_database.fetch("SELECT payload, priority FROM jobs.pgqueuer ORDER BY priority DESC")
    assert [row["priority"] for row in rows] == [jobs.URGENT, jobs.NORMAL]


async def test_a_callback_job_that_runs_twice_acts_once(wecom):
    query, body = _sealed(_event(event="brand_new_event"))
    await wecom.post(PATH, params=query, content=body)
    row = await InboxMessage.get()
    await asyncio.gather(*(handle_callback(inbox_id=row.id) for _ in range(5)))
    first = (await InboxMessage.get()).handled_at
    await handle_callback(inbox_id=row.id)
    assert (await InboxMessage.get()).handled_at == first


async def test_callbacks_are_forgotten_after_a_month_but_never_before_they_were_handled(database):
    await store([_callback(1), _callback(2)])
    await InboxMessage.filter(dedupe_key="key1").update(handled_at=clock.now())
    await clock.advance(CALLBACKS.period - timedelta(minutes=1))
    await purge_inbox()
    assert await InboxMessage.all().count() == 2
    await clock.advance(timedelta(minutes=2))
    await purge_inbox()
    assert (await InboxMessage.get()).dedupe_key == "key2"
