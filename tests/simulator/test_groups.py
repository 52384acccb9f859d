"""Customer groups: the list, who is in them, the events, and mass messages to them."""

from typing import Any

import pytest

from tests.simulator.stand import Stand


@pytest.fixture
async def group(stand: Stand) -> Any:
    """A group of 王芳 with 张伟 in it."""
    made = await stand.hand("POST", "groups", {"userid": "WangFang", "name": "X6 车主群"})
    return await stand.hand("POST", f"groups/{made['chat_id']}/join", {"person_id": "zhang"})


async def mass(stand: Stand, **fields: Any) -> Any:
    body = {"chat_type": "group", "sender": "WangFang", "text": {"content": "周末免费检测"}} | fields
    return await stand.wecom("externalcontact/add_msg_template", body)


async def test_a_group_is_listed_and_read(stand: Stand, group: Any, zhang: Any) -> None:
    listed = await stand.wecom("externalcontact/groupchat/list", {"limit": 100})
    assert listed["group_chat_list"] == [{"chat_id": group["chat_id"], "status": 0}]
    others = {"limit": 100, "owner_filter": {"userid_list": ["LiMin"]}}
    assert (await stand.wecom("externalcontact/groupchat/list", others))["group_chat_list"] == []
    assert (await stand.wecom("externalcontact/groupchat/list", {}))["errcode"] == 40058
    ask = {"chat_id": group["chat_id"], "need_name": 1}
    shown = (await stand.wecom("externalcontact/groupchat/get", ask))["group_chat"]
    assert (shown["name"], shown["owner"], shown["member_version"]) == ("X6 车主群", "WangFang", "v2")
    assert [(row["userid"], row["type"], row["name"]) for row in shown["member_list"]] == [
        ("WangFang", 1, "王芳"),
        (zhang.external_userid, 2, "张伟"),
    ]
    assert (await stand.wecom("externalcontact/groupchat/get", {"chat_id": "wrNone"}))["errcode"] == 86003


async def test_each_change_is_told(stand: Stand, group: Any, zhang: Any) -> None:
    at = f"groups/{group['chat_id']}"
    await stand.hand("POST", f"{at}/rename", {"name": "X6 深圳车主群"})
    await stand.hand("POST", f"{at}/owner", {"userid": "LiMin"})
    await stand.hand("POST", f"{at}/leave", {"person_id": "zhang", "removed": True})
    await stand.hand("POST", f"{at}/leave", {"person_id": "zhang"}, status=409)
    await stand.hand("POST", f"{at}/dissolve")
    await stand.settle()
    told = [event for event in stand.events() if "change_external_chat" in event]
    details = ("create", "add_member", "change_name", "change_owner", "del_member", "dismiss")
    assert len(told) == len(details)
    assert all(any(detail in event for event in told) for detail in details)
    [left] = [event for event in told if "del_member" in event]
    assert zhang.external_userid in left
    assert "<QuitScene><![CDATA[1]]></QuitScene>" in left
    assert (await stand.wecom("externalcontact/groupchat/get", {"chat_id": group["chat_id"]}))["errcode"] == 86003


async def test_a_mass_message_goes_into_the_senders_groups_once_they_confirm(stand: Stand, group: Any) -> None:
    other = await stand.hand("POST", "groups", {"userid": "LiMin", "name": "李敏的群"})
    made = await mass(stand, chat_id_list=[group["chat_id"], other["chat_id"]])
    assert made["fail_list"] == [other["chat_id"]]
    assert (await mass(stand, sender=""))["errcode"] == 40063
    assert (await mass(stand, chat_id_list=[other["chat_id"]]))["errcode"] == 41048
    ask = {"msgid": made["msgid"], "userid": "WangFang"}
    waiting = (await stand.wecom("externalcontact/get_groupmsg_send_result", ask))["send_list"]
    assert waiting == [{"chat_id": group["chat_id"], "userid": "WangFang", "status": 0}]
    assert (await stand.hand("GET", f"groups/{group['chat_id']}/messages"))["messages"] == []
    assert (await stand.hand("POST", "mass-tasks/confirm", ask))["sent"] == 1
    sent = (await stand.wecom("externalcontact/get_groupmsg_send_result", ask))["send_list"]
    assert [(row["chat_id"], row["status"]) for row in sent] == [(group["chat_id"], 1)]
    [message] = (await stand.hand("GET", f"groups/{group['chat_id']}/messages"))["messages"]
    assert message["content"] == {"content": "周末免费检测"}


async def test_a_dissolved_group_gets_nothing(stand: Stand, group: Any) -> None:
    made = await mass(stand)
    await stand.hand("POST", f"groups/{group['chat_id']}/dissolve")
    counts = await stand.hand("POST", "mass-tasks/confirm", {"msgid": made["msgid"], "userid": "WangFang"})
    assert (counts["sent"], counts["not_friend"]) == (0, 1)
