"""What depends on whom the platform shows, and on how many customers a member may have."""

from typing import Any, Literal

import pytest

from simulator.wecom.crypto import MessageCrypto
from simulator.wecom.xml import from_xml
from tests.simulator.stand import AES_KEY, Stand


async def _befriend(stand: Stand, userid: str, person: str = "zhang") -> None:
    await stand.hand("POST", f"people/{person}/add", {"userid": userid})


async def test_the_visible_range_ignores_the_case_of_userids_everywhere(stand: Stand, zhang: Any) -> None:
    await _befriend(stand, "WangFang")
    await _befriend(stand, "LiMin")
    agent = {"agent_id": stand.settings.agent_id, "secret": stand.settings.agent_secret}
    await stand.hand("POST", "agents", agent | {"visible_userids": ["wangfang"]})
    for path in ("user/simplelist", "user/list"):
        rows = (await stand.wecom(path, department_id="1"))["userlist"]
        assert [row["userid"] for row in rows] == ["WangFang"], path
    assert (await stand.wecom("user/list_id", {}))["dept_user"] == [{"userid": "WangFang", "department": 1}]
    assert (await stand.wecom("externalcontact/get_follow_user_list"))["follow_user"] == ["WangFang"]
    shown = await stand.wecom("externalcontact/get", external_userid=zhang.external_userid)
    assert [row["userid"] for row in shown["follow_user"]] == ["WangFang"]
    made = await stand.wecom(
        "externalcontact/add_msg_template",
        {"external_userid": [zhang.external_userid], "text": {"content": "回店礼"}},
    )
    assert made["fail_list"] == []
    tasks = (await stand.wecom("externalcontact/get_groupmsg_task", {"msgid": made["msgid"]}))["task_list"]
    assert [task["userid"] for task in tasks] == ["WangFang"]
    agent_of = (await stand.wecom("agent/get", agentid=str(stand.settings.agent_id)))["allow_userinfos"]
    assert agent_of == {"user": [{"userid": "wangfang"}]}


async def test_a_mass_message_made_by_api_has_no_creator(stand: Stand, zhang: Any) -> None:
    await _befriend(stand, "WangFang")
    body = {"external_userid": [zhang.external_userid], "sender": "WangFang", "text": {"content": "回店礼"}}
    await stand.wecom("externalcontact/add_msg_template", body)
    now = stand.simulation.clock.seconds()
    span = {"chat_type": "single", "start_time": now - 60, "end_time": now + 60}
    [listed] = (await stand.wecom("externalcontact/get_groupmsg_list_v2", span))["group_msg_list"]
    assert "creator" not in listed
    found = await stand.wecom("externalcontact/get_groupmsg_list_v2", span | {"creator": "WangFang"})
    assert found["group_msg_list"] == []


async def test_a_hand_over_to_a_member_who_is_full_is_refused_at_once_or_fails_when_it_is_due(
    stand: Stand, zhang: Any
) -> None:
    await stand.hand("POST", "people", {"person_id": "li", "nickname": "李娜", "phone": "13800000002"})
    await _befriend(stand, "WangFang")
    await stand.hand("POST", "staff", {"userid": "LiMin", "customer_limit": 1})
    ask = {"handover_userid": "WangFang", "takeover_userid": "LiMin", "external_userid": [zhang.external_userid]}
    assert (await stand.wecom("externalcontact/transfer_customer", ask))["customer"][0]["errcode"] == 0
    await _befriend(stand, "LiMin", "li")
    await stand.hand("POST", "clock/advance", {"hours": 25})
    await stand.settle()
    stand.token = ""
    result = await stand.wecom("externalcontact/transfer_result", ask)
    assert [row["status"] for row in result["customer"]] == [4]
    assert any("customer_limit_exceed" in event for event in stand.events())
    assert (await stand.wecom("externalcontact/transfer_customer", ask))["customer"][0]["errcode"] == 40099


async def test_a_customer_who_is_a_wecom_user_has_a_corp_and_neither_unionid_nor_welcome(stand: Stand) -> None:
    guest = {"person_id": "chen", "nickname": "陈工", "phone": "13800000009", "type": 2}
    made = await stand.hand("POST", "people", guest | {"corp_name": "车轮", "corp_full_name": "车轮科技有限公司"})
    assert made["external_userid"].startswith("wo")
    assert (await stand.hand("POST", "people/chen/add", {"userid": "WangFang"}))["welcome_code"] is False
    contact = (await stand.wecom("externalcontact/get", external_userid=made["external_userid"]))["external_contact"]
    assert (contact["type"], contact["corp_name"]) == (2, "车轮")
    assert "unionid" not in contact
    pair = {"userid": "WangFang", "external_userid": made["external_userid"]}
    assert (await stand.wecom("externalcontact/remark", pair | {"remark": "供应商"}))["errcode"] == 0
    assert (await stand.wecom("externalcontact/remark", pair | {"remark_company": "车轮"}))["errcode"] == 40058
    refused = await stand.wecom("externalcontact/convert_to_openid", {"external_userid": made["external_userid"]})
    assert refused["errcode"] == 41056


async def test_a_customer_s_openid_towards_the_corp_is_neither_unionid_nor_the_mini_program_s(
    stand: Stand, zhang: Any
) -> None:
    answer = await stand.wecom("externalcontact/convert_to_openid", {"external_userid": zhang.external_userid})
    code = (await stand.hand("POST", "oauth/choose", {"person_id": "zhang"}))["code"]
    outsider = await stand.wecom("auth/getuserinfo", code=code)
    assert answer["openid"] == outsider["openid"]
    assert answer["openid"] not in (zhang.openid, zhang.unionid)


async def test_the_list_of_userids_comes_in_pages(stand: Stand) -> None:
    await stand.hand(
        "POST", "import", {"departments": [{"id": 1, "name": "云帆"}, {"id": 2, "name": "售后", "parentid": 1}]}
    )
    await stand.hand("POST", "staff", {"userid": "ZhaoMin", "name": "赵敏", "department": [1, 2]})
    found, cursor = [], ""
    while True:
        page = await stand.wecom("user/list_id", {"limit": 2, "cursor": cursor})
        found += page["dept_user"]
        if not (cursor := page["next_cursor"]):
            break
    assert len(found) == 4
    assert {"userid": "ZhaoMin", "department": 2} in found


async def test_behaviour_is_counted_by_shanghai_days_and_bounded(stand: Stand, zhang: Any) -> None:
    await _befriend(stand, "WangFang")
    talk = {"userid": "wangfang", "external_userid": zhang.external_userid, "content": {"content": "在吗"}}
    await stand.hand("POST", "chats", talk | {"sender": "person"})
    await stand.hand("POST", "clock/advance", {"minutes": 5})
    await stand.hand("POST", "chats", talk | {"sender": "member"})
    now = stand.simulation.clock.seconds()
    ask = {"userid": ["WangFang"], "start_time": now, "end_time": now}
    [day] = (await stand.wecom("externalcontact/get_user_behavior_data", ask))["behavior_data"]
    assert (day["chat_cnt"], day["message_cnt"], day["reply_percentage"], day["avg_reply_time"]) == (1, 1, 100.0, 5)
    assert (day["stat_time"] + 8 * 3600) % 86400 == 0
    for wrong in ({"start_time": now - 40 * 86400}, {"start_time": now + 86400}, {"userid": []}):
        assert (await stand.wecom("externalcontact/get_user_behavior_data", ask | wrong))["errcode"] != 0


@pytest.mark.parametrize("push_format", ["json", "xml"])
async def test_pushes_hold_their_list_at_the_top_in_json_and_in_their_element_in_xml(
    stand: Stand, push_format: Literal["json", "xml"]
) -> None:
    stand.settings.push_format = push_format
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-A": True}})
    await stand.settle()
    got = next(got for got in stand.product.received if got.path == "/callbacks/weixin")
    if push_format == "json":
        assert stand.pushes()[0]["List"]["TemplateId"] == "T-A"
        assert "SubscribeMsgPopupEvent" not in stand.pushes()[0]
        return
    sealed = from_xml(got.body.decode())["Encrypt"]
    plain = from_xml(MessageCrypto(AES_KEY, stand.settings.weixin_app_id).decrypt(sealed))
    assert plain["SubscribeMsgPopupEvent"]["List"]["TemplateId"] == "T-A"
    assert "List" not in plain
