"""WeCom's callbacks: crypto that other code can open, deadlines, retries, faults; and the 20 seconds of a welcome."""

import asyncio
import time
from typing import Any

from simulator.wecom.crypto import MessageCrypto, signature
from simulator.wecom.xml import from_xml
from tests.simulator.stand import AES_KEY, TOKEN, Received, Stand


async def scan(stand: Stand, person: str = "zhang", **options: Any) -> dict[str, Any]:
    """Scan a fresh code of 王芳; answers the event's fields."""
    way = await stand.wecom(
        "externalcontact/add_contact_way",
        {"type": 1, "scene": 2, "user": ["WangFang"], "state": options.pop("state", "store7-qr3")},
    )
    await stand.hand("POST", f"people/{person}/scan", {"code": way["qr_code"], **options})
    await stand.settle()
    return from_xml(stand.events()[-1]) if stand.events() else {}


async def welcome(stand: Stand, code: str, **query: str) -> Any:
    body = {"welcome_code": code, "text": {"content": "您好，我是王芳"}}
    return await stand.wecom("externalcontact/send_welcome_msg", body, **query)


async def test_scanning_a_code_brings_an_event_others_can_decrypt(stand: Stand, zhang: Any) -> None:
    event = await scan(stand)
    assert event["FromUserName"] == "sys"
    assert event["ChangeType"] == "add_external_contact"
    assert (event["UserID"], event["ExternalUserID"]) == ("WangFang", zhang.external_userid)
    assert event["State"] == "store7-qr3"
    assert event["WelcomeCode"]
    assert "FutureField" in event
    outer = from_xml(stand.product.received[-1].body.decode())
    assert outer["AgentID"] == ""


async def test_the_url_check_must_be_answered_with_the_plain_echo_within_a_second(stand: Stand) -> None:
    def echo(got: Received) -> tuple[int, str]:
        if got.path == "/callbacks/weixin":
            return 200, got.query["echostr"]
        return 200, MessageCrypto(AES_KEY, stand.settings.corp_id).decrypt(got.query["echostr"])

    stand.product.answer = echo
    passed = await stand.hand("POST", "check-urls")
    assert passed["wecom"] == {"passed": True, "problem": ""}
    assert passed["weixin"] == {"passed": True, "problem": ""}
    stand.product.answer = lambda got: (200, '"quoted"')
    assert (await stand.hand("POST", "check-urls"))["wecom"]["passed"] is False
    stand.settings.echo_deadline_seconds = 0.1
    stand.product.answer, stand.product.slow_seconds = echo, 0.3
    assert (await stand.hand("POST", "check-urls"))["wecom"]["passed"] is False


async def test_a_failing_door_gets_three_retries_with_the_same_bytes(stand: Stand) -> None:
    stand.product.answer = lambda _: (500, "down")
    await scan(stand)
    assert len(stand.product.received) == 4
    assert len({(got.body, str(got.query)) for got in stand.product.received}) == 1


async def test_a_door_that_is_too_slow_counts_as_failing_and_one_success_ends_the_retries(stand: Stand) -> None:
    answers = iter([(500, ""), (200, "")])
    stand.product.answer = lambda _: next(answers)
    await scan(stand)
    assert len(stand.product.received) == 2
    stand.product.answer, stand.product.slow_seconds = (lambda _: (200, "")), 0.6
    await stand.hand("POST", "people/zhang/add", {"userid": "LiMin"})
    await stand.settle()
    assert len(stand.product.received) == 2 + 4


async def test_a_welcome_code_works_once_within_twenty_seconds(stand: Stand, zhang: Any) -> None:
    code = (await scan(stand))["WelcomeCode"]
    assert (await welcome(stand, code))["errcode"] == 0
    assert (await welcome(stand, code))["errcode"] == 41050
    shown = await stand.hand("GET", f"chats?userid=WangFang&external_userid={zhang.external_userid}")
    assert [row["origin"] for row in shown["messages"]] == ["welcome"]
    await stand.hand("POST", "people", {"person_id": "li", "nickname": "李娜", "phone": "13800000002"})
    late = (await scan(stand, "li"))["WelcomeCode"]
    await stand.hand("POST", "clock/advance", {"seconds": 21})
    assert (await welcome(stand, late))["errcode"] == 41050


async def test_a_welcome_is_refused_once_the_chat_has_begun(stand: Stand, zhang: Any) -> None:
    code = (await scan(stand))["WelcomeCode"]
    pair = {"userid": "WangFang", "external_userid": zhang.external_userid}
    await stand.hand("POST", "chats", pair | {"sender": "person", "content": {"content": "你好"}})
    assert (await welcome(stand, code))["errcode"] == 41051


async def test_the_first_of_two_apps_wins_the_welcome(stand: Stand) -> None:
    await stand.hand("POST", "agents", {"agent_id": 1000003, "secret": "second"})
    other = (await stand.get_token("second"))["access_token"]
    code = (await scan(stand))["WelcomeCode"]
    assert (await welcome(stand, code, token=other))["errcode"] == 0
    assert (await welcome(stand, code))["errcode"] == 41096


async def test_a_half_add_comes_first_and_the_add_back_carries_no_second_code(stand: Stand, zhang: Any) -> None:
    half = await scan(stand, half=True)
    assert half["ChangeType"] == "add_half_external_contact"
    assert half["WelcomeCode"]
    await stand.hand("POST", "friendships/add_back", {"userid": "WangFang", "external_userid": zhang.external_userid})
    await stand.settle()
    full = from_xml(stand.events()[-1])
    assert full["ChangeType"] == "add_external_contact"
    assert "WelcomeCode" not in full


async def test_events_may_lack_state_and_welcome_code(stand: Stand) -> None:
    event = await scan(stand, state="", no_welcome_code=True)
    assert "State" not in event
    assert "WelcomeCode" not in event


async def test_deleting_is_told_by_who_did_it(stand: Stand, zhang: Any) -> None:
    await scan(stand)
    pair = {"userid": "WangFang", "external_userid": zhang.external_userid}
    await stand.hand("POST", "friendships/delete", pair | {"by": "person"})
    await stand.settle()
    assert from_xml(stand.events()[-1])["ChangeType"] == "del_follow_user"
    assert (await stand.wecom("externalcontact/get", external_userid=zhang.external_userid))["errcode"] == 0
    await stand.hand("POST", "friendships/delete", pair | {"by": "member"})
    await stand.settle()
    assert from_xml(stand.events()[-1])["ChangeType"] == "del_external_contact"
    assert (await stand.wecom("externalcontact/get", external_userid=zhang.external_userid))["errcode"] == 84061


async def test_a_dropped_callback_never_arrives_and_the_log_says_so(stand: Stand) -> None:
    await stand.hand("POST", "faults", {"callback": {"drop": 1}})
    await scan(stand)
    assert stand.product.received == []
    entries = (await stand.hand("GET", "log?faults_only=1"))["entries"]
    assert [row["fault"] for row in entries] == ["drop"]


async def test_a_repeated_callback_comes_three_times_with_the_same_bytes(stand: Stand) -> None:
    await stand.hand("POST", "faults", {"callback": {"repeat": 1}})
    await scan(stand)
    assert len(stand.product.received) == 3
    assert len({got.body for got in stand.product.received}) == 1


async def test_a_reordered_callback_comes_after_the_one_behind_it(stand: Stand, zhang: Any) -> None:
    await stand.hand("POST", "faults", {"callback": {"reorder": 1}})
    await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await asyncio.sleep(0.05)
    await stand.hand("POST", "faults", {"callback": {"reorder": 0}})
    await stand.hand("POST", "people/zhang/add", {"userid": "LiMin"})
    await stand.settle()
    assert [from_xml(event)["UserID"] for event in stand.events()] == ["LiMin", "WangFang"]


async def test_a_delayed_callback_waits_its_seeded_time(stand: Stand) -> None:
    await stand.hand("POST", "faults", {"callback": {"delay": 1, "delay_seconds": 0.4}})
    started = time.monotonic()
    await scan(stand)
    entry = (await stand.hand("GET", "log?direction=delivery"))["entries"][0]
    assert entry["fault"] == "delay"
    assert 0.0 < time.monotonic() - started < 2.0


async def test_the_same_seed_makes_the_same_misfortune(stand: Stand) -> None:
    people = [{"person_id": f"p{n}", "nickname": f"客户{n}", "phone": f"139{n:08d}"} for n in range(12)]
    await stand.hand("POST", "import", {"people": people})

    async def fates(seed: int, userid: str) -> list[str]:
        await stand.hand("POST", "faults", {"seed": seed, "callback": {"drop": 0.5}})
        before = (await stand.hand("GET", "log?limit=1"))["entries"][0]["id"]
        for person in people:
            await stand.hand("POST", f"people/{person['person_id']}/add", {"userid": userid})
            key = stand.simulation.world.people.get(person["person_id"])
            assert key is not None
            await stand.hand(
                "POST", "friendships/delete", {"userid": userid, "external_userid": key.external_userid, "by": "member"}
            )
        await stand.settle()
        entries = (await stand.hand("GET", "log?limit=500&direction=delivery"))["entries"]
        return sorted(f"{row['name']} {row['summary']} {row['fault']}" for row in entries if row["id"] > before)

    first = await fates(7, "LiMin")
    assert await fates(7, "LiMin") == first
    assert await fates(8, "LiMin") != first
    assert 0 < sum(row.endswith(" drop") for row in first) < len(first)


async def test_a_delivery_can_be_brought_again_by_hand(stand: Stand) -> None:
    await scan(stand)
    entry = (await stand.hand("GET", "log?direction=delivery"))["entries"][0]
    await stand.hand("POST", f"log/{entry['id']}/again")
    await stand.settle()
    assert len(stand.product.received) == 2
    assert stand.product.received[0].body == stand.product.received[1].body
    whole = await stand.hand("GET", f"log/{entry['id']}")
    assert "<Encrypt>" in whole["ciphertext"]
    assert "add_external_contact" in whole["plain"]


async def test_a_member_writes_to_the_app(stand: Stand) -> None:
    await stand.hand("POST", "staff/LiMin/messages", {"msgtype": "text", "fields": {"Content": "今日预约"}})
    await stand.settle()
    message = from_xml(stand.events()[-1])
    assert (message["FromUserName"], message["Content"]) == ("LiMin", "今日预约")
    assert int(message["MsgId"]) > 2**32
    got = stand.product.received[-1]
    envelope = from_xml(got.body.decode())
    assert envelope["AgentID"] == str(stand.settings.agent_id)
    query = got.query
    assert query["msg_signature"] == signature(TOKEN, query["timestamp"], query["nonce"], envelope["Encrypt"])


async def test_a_transfer_takes_a_day_and_takes_the_customer_from_the_old_member(stand: Stand, zhang: Any) -> None:
    await scan(stand)
    body = {
        "handover_userid": "WangFang",
        "takeover_userid": "LiMin",
        "external_userid": [zhang.external_userid, "wmNobody"],
    }
    started = await stand.wecom("externalcontact/transfer_customer", body)
    assert [row["errcode"] for row in started["customer"]] == [0, 40131]
    pair = {"handover_userid": "WangFang", "takeover_userid": "LiMin"}
    assert (await stand.wecom("externalcontact/transfer_result", pair))["customer"][0]["status"] == 2
    await stand.hand("POST", "clock/advance", {"hours": 24})
    await stand.settle()
    stand.token = ""
    assert (await stand.wecom("externalcontact/transfer_result", pair))["customer"][0]["status"] == 1
    events = [from_xml(event) for event in stand.events()]
    gone = next(event for event in events if event["ChangeType"] == "del_external_contact")
    assert (gone["UserID"], gone["Source"]) == ("WangFang", "DELETE_BY_TRANSFER")
    assert any(event["ChangeType"] == "add_external_contact" and event["UserID"] == "LiMin" for event in events)


async def test_a_customer_may_refuse_the_transfer(stand: Stand, zhang: Any) -> None:
    await scan(stand)
    body = {"handover_userid": "WangFang", "takeover_userid": "LiMin", "external_userid": [zhang.external_userid]}
    await stand.wecom("externalcontact/transfer_customer", body)
    await stand.hand("POST", "transfers/refuse", {"external_userid": zhang.external_userid})
    await stand.settle()
    event = from_xml(stand.events()[-1])
    assert (event["ChangeType"], event["FailReason"]) == ("transfer_fail", "customer_refused")
