"""App messages and cards; mass messages, which only a member can send."""

import calendar
from typing import Any

import pytest

from foundation.clock import local
from simulator.wecom.crypto import MessageCrypto, signature
from simulator.wecom.xml import from_xml, to_xml
from tests.simulator.stand import AES_KEY, TOKEN, Received, Stand

CARD = {
    "card_type": "button_interaction",
    "main_title": {"title": "新预约待确认", "desc": "12:20 前确认"},
    "horizontal_content_list": [{"keyname": "到店", "value": "11月23日 09:30"}],
    "button_list": [{"text": "确认", "key": "confirm", "style": 1}, {"text": "改时间", "key": "move"}],
}


async def send(stand: Stand, msgtype: str = "text", content: Any = None, **fields: Any) -> Any:
    body = {
        "touser": "LiMin",
        "agentid": stand.settings.agent_id,
        "msgtype": msgtype,
        msgtype: content or {"content": "您有 1 条新预约"},
    }
    return await stand.wecom("message/send", body | fields)


async def card(stand: Stand, task_id: str = "appt-1", **changes: Any) -> Any:
    return await send(stand, "template_card", CARD | {"task_id": task_id} | changes)


async def inbox(stand: Stand, userid: str = "LiMin") -> list[dict[str, Any]]:
    return list((await stand.hand("GET", f"staff/{userid}/inbox"))["messages"])


async def test_some_bad_receivers_still_answer_zero_in_lower_case(stand: Stand) -> None:
    answer = await send(stand, touser="LIMIN|NoBody|AlsoNobody")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|alsonobody"
    assert (await send(stand, touser="NoBody"))["errcode"] == 81013
    assert (await send(stand, touser=""))["errcode"] == 82001
    assert (await send(stand, agentid=1))["errcode"] == 301002


async def test_a_text_is_cut_at_2048_bytes_inside_no_character(stand: Stand) -> None:
    await send(stand, content={"content": "字" * 700})
    assert (await inbox(stand))[0]["body"]["content"] == "字" * 682


async def test_more_than_thirty_in_a_minute_are_dropped_without_a_word(stand: Stand) -> None:
    answers = [await send(stand, content={"content": f"第 {n} 条"}) for n in range(32)]
    assert {row["errcode"] for row in answers} == {0}
    assert len(await inbox(stand)) == 30
    await stand.hand("POST", "clock/advance", {"seconds": 61})
    await send(stand)
    assert len(await inbox(stand)) == 31


async def test_the_duplicate_check_drops_the_same_content_within_the_interval(stand: Stand) -> None:
    for _ in range(2):
        assert (await send(stand, enable_duplicate_check=1))["errcode"] == 0
    assert len(await inbox(stand)) == 1
    await stand.hand("POST", "clock/advance", {"seconds": 1801})
    await send(stand, enable_duplicate_check=1)
    assert len(await inbox(stand)) == 2


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"card_type": "poster"}, 42031),
        ({"task_id": "bad id"}, 42014),
        ({"horizontal_content_list": [{"keyname": "a", "value": "b"}] * 7}, 42035),
        ({"horizontal_content_list": [{"value": "b"}]}, 42027),
        ({"button_list": []}, 42038),
        ({"button_list": [{"text": "确认"}]}, 42039),
        ({"card_type": "text_notice", "card_action": {"type": 0}}, 42028),
        ({"card_type": "vote_interaction", "checkbox": {"question_key": "q", "option_list": []}}, 42037),
    ],
)
async def test_cards_the_platform_refuses(stand: Stand, changes: dict[str, Any], errcode: int) -> None:
    assert (await card(stand, **changes))["errcode"] == errcode


async def test_a_task_id_is_unique_per_app(stand: Stand) -> None:
    assert (await card(stand))["errcode"] == 0
    assert (await card(stand))["errcode"] == 42014


async def test_a_click_brings_an_event_whose_code_updates_the_card_once(stand: Stand) -> None:
    await card(stand)
    shown = (await inbox(stand))[0]
    await stand.hand("POST", f"inbox/{shown['id']}/click", {"key": "confirm", "selected": {"q1": ["o1", "o2"]}})
    await stand.settle()
    event = from_xml(stand.events()[-1])
    assert (event["Event"], event["EventKey"], event["TaskId"]) == ("template_card_event", "confirm", "appt-1")
    assert event["SelectedItems"]["SelectedItem"]["OptionIds"]["OptionId"] == ["o1", "o2"]
    update = {
        "userids": ["limin"],
        "agentid": stand.settings.agent_id,
        "response_code": event["ResponseCode"],
        "button": {"replace_name": "已确认"},
    }
    assert (await stand.wecom("message/update_template_card", update))["errcode"] == 0
    assert (await inbox(stand))[0]["replaced"] == {"button": {"replace_name": "已确认"}}
    assert (await stand.wecom("message/update_template_card", update))["errcode"] == 40058
    await stand.hand("POST", f"inbox/{shown['id']}/click", {"key": "confirm"}, status=422)


async def test_a_response_code_ends_after_72_hours(stand: Stand) -> None:
    code = (await card(stand))["response_code"]
    await stand.hand("POST", "clock/advance", {"hours": 72, "seconds": 1})
    stand.token = ""
    update = {
        "userids": ["LiMin"],
        "agentid": stand.settings.agent_id,
        "response_code": code,
        "button": {"replace_name": "x"},
    }
    assert (await stand.wecom("message/update_template_card", update))["errcode"] == 40058


async def test_an_encrypted_passive_reply_updates_the_button_of_who_clicked(stand: Stand) -> None:
    await card(stand)

    def reply(got: Received) -> tuple[int, str]:
        message = to_xml({"MsgType": "update_button", "Button": {"ReplaceName": "处理中"}})
        encrypted = MessageCrypto(AES_KEY, stand.settings.corp_id).encrypt(message)
        signed = signature(TOKEN, "1", "2", encrypted)
        return 200, to_xml({"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": "1", "Nonce": "2"})

    stand.product.answer = reply
    shown = (await inbox(stand))[0]
    await stand.hand("POST", f"inbox/{shown['id']}/click", {"key": "confirm"})
    await stand.settle()
    assert (await inbox(stand))[0]["replaced"] == {"button": {"replace_name": "处理中"}}


async def test_a_message_can_be_recalled_for_a_day(stand: Stand) -> None:
    msgid = (await send(stand))["msgid"]
    assert (await stand.wecom("message/recall", {"msgid": msgid}))["errcode"] == 0
    assert (await inbox(stand))[0]["recalled"] is True


# Mass messages


@pytest.fixture
async def keys(stand: Stand) -> list[str]:
    """Three customers: the first of both members (李敏 chatted last), the others of 王芳 alone."""
    people = [{"person_id": f"p{n}", "nickname": f"客户{n}", "phone": f"139{n:08d}"} for n in range(3)]
    friendships = [{"userid": "WangFang", "person_id": row["person_id"]} for row in people]
    friendships.append({"userid": "LiMin", "person_id": "p0"})
    made = await stand.hand("POST", "import", {"people": people, "friendships": friendships})
    found = [str(row["external_userid"]) for row in made["people"]]
    chat = {"userid": "LiMin", "external_userid": found[0], "sender": "person", "content": {"content": "在吗"}}
    await stand.hand("POST", "chats", chat)
    return found


async def mass(stand: Stand, **fields: Any) -> Any:
    return await stand.wecom("externalcontact/add_msg_template", {"text": {"content": "好久不见"}} | fields)


async def results(stand: Stand, msgid: str, userid: str) -> dict[str, int]:
    body = {"msgid": msgid, "userid": userid}
    answer = await stand.wecom("externalcontact/get_groupmsg_send_result", body)
    return {row["external_userid"]: row["status"] for row in answer["send_list"]}


async def chat_count(stand: Stand, userid: str, key: str) -> int:
    shown = await stand.hand("GET", f"chats?userid={userid}&external_userid={key}")
    return len([row for row in shown["messages"] if row["origin"] == "mass"])


async def test_nothing_is_sent_before_the_member_who_chatted_last_confirms(stand: Stand, keys: list[str]) -> None:
    made = await mass(stand, external_userid=[*keys, "wmNobody"])
    assert made["fail_list"] == ["wmNobody"]
    tasks = await stand.wecom("externalcontact/get_groupmsg_task", {"msgid": made["msgid"]})
    assert {(row["userid"], row["status"]) for row in tasks["task_list"]} == {("LiMin", 0), ("WangFang", 0)}
    assert await results(stand, made["msgid"], "LiMin") == {keys[0]: 0}
    assert await chat_count(stand, "LiMin", keys[0]) == 0
    await stand.hand("POST", "mass-tasks/confirm", {"msgid": made["msgid"], "userid": "LiMin"})
    assert await results(stand, made["msgid"], "LiMin") == {keys[0]: 1}
    assert await results(stand, made["msgid"], "WangFang") == {keys[1]: 0, keys[2]: 0}
    assert await chat_count(stand, "LiMin", keys[0]) == 1
    await stand.hand("POST", "mass-tasks/confirm", {"msgid": made["msgid"], "userid": "LiMin"}, status=409)


async def test_who_is_no_friend_any_more_is_status_2(stand: Stand, keys: list[str]) -> None:
    made = await mass(stand, external_userid=keys[1:])
    await stand.hand("POST", "friendships/delete", {"userid": "WangFang", "external_userid": keys[1], "by": "person"})
    counts = await stand.hand("POST", "mass-tasks/confirm", {"msgid": made["msgid"], "userid": "WangFang"})
    assert counts == {"not_sent": 0, "sent": 1, "not_friend": 1, "quota": 0}
    assert await results(stand, made["msgid"], "WangFang") == {keys[1]: 2, keys[2]: 1}


async def test_a_customer_gets_as_many_as_the_month_has_days_then_status_3(stand: Stand, keys: list[str]) -> None:
    day = local(stand.simulation.clock.now()).date()
    days = calendar.monthrange(day.year, day.month)[1]
    for number in range(days + 1):
        made = await mass(stand, external_userid=[keys[2]], text={"content": f"第 {number} 条"})
        await stand.hand("POST", "mass-tasks/confirm", {"msgid": made["msgid"], "userid": "WangFang"})
    assert await results(stand, made["msgid"], "WangFang") == {keys[2]: 3}
    assert await chat_count(stand, "WangFang", keys[2]) == days


async def test_a_sender_only_reaches_their_own_customers(stand: Stand, keys: list[str]) -> None:
    made = await mass(stand, external_userid=keys, sender="LiMin")
    assert made["fail_list"] == keys[1:]
    assert (await mass(stand, external_userid=[keys[1]], sender="LiMin"))["errcode"] == 41048
    everyone = await mass(stand, sender="WangFang")
    assert set(await results(stand, everyone["msgid"], "WangFang")) == set(keys)


async def test_reminders_are_three_a_day_and_a_cancelled_message_is_not_sent(stand: Stand, keys: list[str]) -> None:
    msgid = (await mass(stand, external_userid=keys))["msgid"]
    codes = [(await stand.wecom("externalcontact/remind_groupmsg_send", {"msgid": msgid}))["errcode"] for _ in range(4)]
    assert codes == [0, 0, 0, 45009]
    assert (await stand.wecom("externalcontact/cancel_groupmsg_send", {"msgid": msgid}))["errcode"] == 0
    await stand.hand("POST", "mass-tasks/confirm", {"msgid": msgid, "userid": "WangFang"}, status=409)


async def test_a_refused_task_stays_unsent(stand: Stand, keys: list[str]) -> None:
    msgid = (await mass(stand, external_userid=[keys[1]]))["msgid"]
    await stand.hand("POST", "mass-tasks/refuse", {"msgid": msgid, "userid": "WangFang"})
    await stand.hand("POST", "mass-tasks/confirm", {"msgid": msgid, "userid": "WangFang"}, status=409)
    assert await results(stand, msgid, "WangFang") == {keys[1]: 0}


async def test_the_list_of_mass_messages_spans_a_month(stand: Stand, keys: list[str]) -> None:
    msgid = (await mass(stand, external_userid=keys))["msgid"]
    now = stand.simulation.clock.seconds()
    body = {"chat_type": "single", "start_time": now - 60, "end_time": now + 60}
    listed = await stand.wecom("externalcontact/get_groupmsg_list_v2", body)
    assert [row["msgid"] for row in listed["group_msg_list"]] == [msgid]
    too_long = body | {"start_time": now - 40 * 86400}
    assert (await stand.wecom("externalcontact/get_groupmsg_list_v2", too_long))["errcode"] == 40058
