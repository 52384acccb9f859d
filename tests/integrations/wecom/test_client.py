"""Each ability of the client: what it sends, and what it makes of the answer."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.errors import ErrorKind, PlatformError
from integrations.wecom import attachments
from integrations.wecom.client import WeComApp, WeComClient
from integrations.wecom.errors import WeComError
from integrations.wecom.js_sdk import js_sdk_signature
from integrations.wecom.media import MOMENT
from tests.integrations.loopback import Received, Reply
from tests.integrations.wecom.platform import WeComPlatform


def pages(*lists: list[Any], name: str) -> Callable[[Received], dict[str, Any]]:
    """Pages of one list: the cursor says which; the last has none."""

    def answer(request: Received) -> dict[str, Any]:
        cursor = request.json().get("cursor") if request.body else request.query.get("cursor")
        index = int(cursor or 0)
        following = str(index + 1) if index + 1 < len(lists) else ""
        return {"errcode": 0, name: lists[index], "next_cursor": following}

    return answer


def sent(platform: WeComPlatform, path: str) -> Any:
    [request] = platform.calls[path]
    return request.json()


# Login


async def test_a_member_logs_in(client: WeComClient, platform: WeComPlatform):
    platform.script["auth/getuserinfo"] = [{"errcode": 0, "userid": "zhang"}]
    someone = await client.oauth.get_user_info("CODE")
    assert (someone.user_id, someone.is_member, someone.open_id) == ("zhang", True, "")
    assert platform.calls["auth/getuserinfo"][0].query["code"] == "CODE"


async def test_a_customer_who_opens_the_page_is_no_member(client: WeComClient, platform: WeComPlatform):
    platform.script["auth/getuserinfo"] = [{"errcode": 0, "openid": "o1", "external_userid": "wmX"}]
    someone = await client.oauth.get_user_info("CODE")
    assert (someone.is_member, someone.open_id, someone.external_user_id) == (False, "o1", "wmX")


async def test_a_used_code_starts_the_login_again(client: WeComClient, platform: WeComPlatform):
    platform.script["auth/getuserinfo"] = [{"errcode": 42022, "errmsg": "code used"}]
    with pytest.raises(WeComError) as refused:
        await client.oauth.get_user_info("CODE")
    assert refused.value.kind == ErrorKind.OUR_MISTAKE


async def test_login_addresses(client: WeComClient, app: WeComApp):
    inside = client.oauth.authorize_url("https://we.example/login?next=/a", "s1")
    assert inside == (
        f"https://open.example/connect/oauth2/authorize?appid={app.corp_id}"
        "&redirect_uri=https%3A%2F%2Fwe.example%2Flogin%3Fnext%3D%2Fa&response_type=code&scope=snsapi_base&state=s1"
        "&agentid=1000002#wechat_redirect"
    )
    assert client.oauth.qr_login_url("https://we.example/", "s1").startswith("https://login.example/wwlogin/sso/login?")
    with pytest.raises(ValueError):
        client.oauth.authorize_url("https://we.example/", "s&1")


async def test_a_members_record(client: WeComClient, platform: WeComPlatform):
    platform.script["user/get"] = [{"errcode": 0, "userid": "zhang", "name": "张三", "field_of_2030": 1}]
    assert (await client.oauth.get_user("zhang"))["name"] == "张三"
    assert platform.calls["user/get"][0].query["userid"] == "zhang"


# Customers


async def test_members_with_customers_and_their_customers(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/get_follow_user_list"] = [{"errcode": 0, "follow_user": ["zhang", "li"]}]
    platform.script["externalcontact/list"] = [{"errcode": 0, "external_userid": ["wmX"]}, {"errcode": 84061}]
    assert await client.contacts.follow_users() == ["zhang", "li"]
    assert await client.contacts.list_of("zhang") == ["wmX"]
    assert await client.contacts.list_of("li") == []


async def test_a_customer_with_followers_on_several_pages_is_read_whole(client: WeComClient, platform: WeComPlatform):
    contact = {"external_userid": "wmX", "name": "王女士"}
    platform.script["externalcontact/get"] = [
        {"errcode": 0, "external_contact": contact, "follow_user": [{"userid": "a"}], "next_cursor": "c1"},
        {"errcode": 0, "external_contact": contact, "follow_user": [], "next_cursor": "c2"},
        {"errcode": 0, "external_contact": contact, "follow_user": [{"userid": "b"}], "next_cursor": ""},
    ]
    found, followers = await client.contacts.get("wmX")
    assert found == contact
    assert [follower["userid"] for follower in followers] == ["a", "b"]
    assert [call.query.get("cursor") for call in platform.calls["externalcontact/get"]] == [None, "c1", "c2"]


async def test_short_and_empty_pages_are_not_the_end(client: WeComClient, platform: WeComPlatform):
    path = "externalcontact/batch/get_by_user"
    platform.script[path] = [pages([1, 2], [], [], [3], name="external_contact_list")]
    found: list[Any] = [item async for item in client.contacts.batch(["zhang"])]
    assert found == [1, 2, 3]
    assert platform.calls[path][0].json() == {"userid_list": ["zhang"], "cursor": "", "limit": 100}


async def test_a_cursor_that_stands_still_is_an_error_and_no_endless_loop(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/batch/get_by_user"] = [{"errcode": 0, "next_cursor": "same"}]
    with pytest.raises(PlatformError):
        [item async for item in client.contacts.batch(["zhang"])]
    assert len(platform.calls["externalcontact/batch/get_by_user"]) == 2


async def test_a_remark_changes_only_what_is_given(client: WeComClient, platform: WeComPlatform):
    await client.contacts.remark("zhang", "wmX", remark="王女士 Model Y", remark_mobiles=[])
    assert sent(platform, "externalcontact/remark") == {
        "userid": "zhang",
        "external_userid": "wmX",
        "remark": "王女士 Model Y",
        "remark_mobiles": [""],
    }
    with pytest.raises(ValueError):
        await client.contacts.remark("zhang", "wmX")


async def test_tags(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/get_corp_tag_list"] = [{"errcode": 0, "tag_group": [{"group_id": "et1"}]}]
    platform.script["externalcontact/add_corp_tag"] = [{"errcode": 0, "tag_group": {"group_id": "et2"}}]
    assert await client.contacts.corp_tags() == [{"group_id": "et1"}]
    assert await client.contacts.add_corp_tags(["沉睡"], group_name="生命周期") == {"group_id": "et2"}
    await client.contacts.mark_tags("zhang", "wmX", add=["et3"])
    assert sent(platform, "externalcontact/add_corp_tag") == {"group_name": "生命周期", "tag": [{"name": "沉睡"}]}
    assert sent(platform, "externalcontact/mark_tag") == {
        "userid": "zhang",
        "external_userid": "wmX",
        "add_tag": ["et3"],
        "remove_tag": [],
    }


async def test_a_contact_way_is_made_read_changed_and_withdrawn(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/add_contact_way"] = [{"errcode": 0, "config_id": "c1", "qr_code": "https://q"}]
    platform.script["externalcontact/get_contact_way"] = [{"errcode": 0, "contact_way": {"config_id": "c1"}}]
    way = await client.contact_ways.add(["zhang"], state="store7-qr3", remark="展厅")
    assert (way.config_id, way.qr_code) == ("c1", "https://q")
    body = sent(platform, "externalcontact/add_contact_way")
    assert (body["type"], body["scene"], body["state"], body["user"]) == (1, 2, "store7-qr3", ["zhang"])
    assert await client.contact_ways.get("c1") == {"config_id": "c1"}
    platform.script["externalcontact/get_contact_way"] = [{"errcode": 0, "contact_way": [{"config_id": "c1"}]}]
    assert await client.contact_ways.get("c1") == {"config_id": "c1"}, "a list of one says the same"
    await client.contact_ways.update("c1", user_ids=["li"])
    assert sent(platform, "externalcontact/update_contact_way") == {"config_id": "c1", "user": ["li"]}
    await client.contact_ways.delete("c1")
    assert sent(platform, "externalcontact/del_contact_way") == {"config_id": "c1"}


@pytest.mark.parametrize(("users", "state"), [([], "s"), (["u"] * 101, "s"), (["u"], "长" * 31)])
async def test_a_contact_way_over_the_limits_is_not_even_sent(client: WeComClient, platform, users, state):
    with pytest.raises(ValueError):
        await client.contact_ways.add(users, state=state)
    assert not platform.calls


async def test_a_welcome(client: WeComClient, platform: WeComPlatform):
    card = attachments.miniprogram("领取新人券", pic_media_id="m1", app_id="wx1", page="pages/coupon.html")
    await client.contact_ways.send_welcome("WCODE", "您好", [card])
    assert sent(platform, "externalcontact/send_welcome_msg") == {
        "welcome_code": "WCODE",
        "text": {"content": "您好"},
        "attachments": [card],
    }
    with pytest.raises(ValueError):
        await client.contact_ways.send_welcome("WCODE", "")


# Mass messages


async def test_a_mass_message_is_made_and_followed(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/add_msg_template"] = [{"errcode": 0, "fail_list": ["wmY"], "msgid": "g1"}]
    platform.script["externalcontact/get_groupmsg_task"] = [pages([{"userid": "zhang", "status": 2}], name="task_list")]
    platform.script["externalcontact/get_groupmsg_send_result"] = [pages([{"status": 3}], [], name="send_list")]
    platform.script["externalcontact/get_groupmsg_list_v2"] = [pages([{"msgid": "g1"}], name="group_msg_list")]
    mass = client.mass_messages
    made = await mass.create("好久不见", [attachments.link("唤醒券", "https://l")], external_user_ids=["wmX", "wmY"])
    assert (made.message_id, made.failed) == ("g1", ("wmY",))
    body = sent(platform, "externalcontact/add_msg_template")
    assert (body["chat_type"], body["external_userid"], body["text"]) == (
        "single",
        ["wmX", "wmY"],
        {"content": "好久不见"},
    )
    assert [task["userid"] async for task in mass.tasks("g1")] == ["zhang"]
    assert [result["status"] async for result in mass.send_results("g1", "zhang")] == [3]
    assert [item["msgid"] async for item in mass.list_between(1700000000, 1700003600, creator="zhang")] == ["g1"]
    await mass.remind("g1")
    await mass.cancel("g1")
    assert sent(platform, "externalcontact/remind_groupmsg_send") == {"msgid": "g1"}
    assert sent(platform, "externalcontact/cancel_groupmsg_send") == {"msgid": "g1"}


async def test_a_mass_message_to_groups(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/add_msg_template"] = [{"errcode": 0, "msgid": "g1"}]
    await client.mass_messages.create_for_groups("活动", sender="zhang", chat_ids=["wr1"])
    assert sent(platform, "externalcontact/add_msg_template") == {
        "chat_type": "group",
        "chat_id_list": ["wr1"],
        "sender": "zhang",
        "text": {"content": "活动"},
    }


@pytest.mark.parametrize("count", [0, 10_001])
async def test_a_mass_message_takes_1_to_10000_customers(client: WeComClient, count: int):
    with pytest.raises(ValueError):
        await client.mass_messages.create("x", external_user_ids=["wmX"] * count)


# Messages to members


async def test_a_template_card_and_its_update(client: WeComClient, platform: WeComPlatform):
    platform.script["message/send"] = [
        {"errcode": 0, "msgid": "m1", "response_code": "RC", "invaliduser": "li|wang", "unlicenseduser": ""}
    ]
    platform.script["message/update_template_card"] = [{"errcode": 0, "invaliduser": ["li"]}]
    card = {"card_type": "button_interaction", "task_id": "appointment-7"}
    message = await client.messages.send_template_card(["Zhang", "Li", "Wang"], card)
    assert (message.message_id, message.response_code) == ("m1", "RC")
    assert message.undelivered == {"li", "wang"}
    body = sent(platform, "message/send")
    assert (body["touser"], body["agentid"], body["template_card"]) == ("Zhang|Li|Wang", 1000002, card)
    assert await client.messages.update_template_card(["Zhang"], "RC", card) == ("li",)
    update = sent(platform, "message/update_template_card")
    assert update == {"userids": ["Zhang"], "agentid": 1000002, "response_code": "RC", "template_card": card}


async def test_text_markdown_textcard_and_recall(client: WeComClient, platform: WeComPlatform):
    await client.messages.send_text(["a"], "你好", duplicate_check_seconds=1800)
    await client.messages.send_markdown(["a"], "**你好**")
    await client.messages.send_textcard(["a"], "标题", "说明", "https://l")
    bodies = [call.json() for call in platform.calls["message/send"]]
    assert [body["msgtype"] for body in bodies] == ["text", "markdown", "textcard"]
    assert (bodies[0]["enable_duplicate_check"], bodies[0]["duplicate_check_interval"]) == (1, 1800)
    assert "enable_duplicate_check" not in bodies[1]
    assert bodies[2]["textcard"]["btntxt"] == "详情"
    await client.messages.disable_card_buttons(["a"], "RC", "已确认")
    assert sent(platform, "message/update_template_card")["button"] == {"replace_name": "已确认"}
    await client.messages.recall("m1")
    assert sent(platform, "message/recall") == {"msgid": "m1"}


# Files


async def test_a_file_goes_up_with_its_chinese_name_as_it_is(client: WeComClient, platform: WeComPlatform):
    platform.script["media/upload"] = [{"errcode": 0, "type": "image", "media_id": "MID", "created_at": "1"}]
    assert await client.media.upload("image", b"\x89PNG....", '封面".png\r\n') == "MID"
    [request] = platform.calls["media/upload"]
    assert request.query["type"] == "image"
    assert 'name="media"; filename="封面.png"'.encode() in request.body
    assert b"\x89PNG...." in request.body


async def test_a_refused_token_sends_the_file_again(client: WeComClient, platform: WeComPlatform):
    await client.transport.get("user/get")
    platform.expire_token()
    platform.script["media/upload"] = [{"errcode": 0, "media_id": "MID"}]
    assert await client.media.upload("file", b"contents", "a.pdf") == "MID"
    assert all(b"contents" in call.body for call in platform.calls["media/upload"])


async def test_other_uploads(client: WeComClient, platform: WeComPlatform):
    platform.script["media/uploadimg"] = [{"errcode": 0, "url": "https://img"}]
    platform.script["media/upload_attachment"] = [{"errcode": 0, "media_id": "MID"}]
    assert await client.media.upload_image(b"\x89PNG....", "a.png") == "https://img"
    assert await client.media.upload_attachment("image", b"\x89PNG....", "a.png", attachment_type=MOMENT) == "MID"
    assert platform.calls["media/upload_attachment"][0].query["attachment_type"] == "1"
    with pytest.raises(ValueError):
        await client.media.upload("image", b"tiny", "a.png")


async def test_a_file_comes_down(client: WeComClient, platform: WeComPlatform):
    headers = {"Content-Type": "image/jpeg", "Content-Disposition": 'attachment; filename="a.jpg"'}
    platform.script["media/get"] = [Reply(b"\xff\xd8bytes", 200, headers)]
    file = await client.media.get("MID", byte_range=(0, 9))
    assert (file.content, file.content_type, file.file_name) == (b"\xff\xd8bytes", "image/jpeg", "a.jpg")
    assert platform.calls["media/get"][0].headers["Range"] == "bytes=0-9"


async def test_a_file_that_is_over_is_an_error_and_not_a_file(client: WeComClient, platform: WeComPlatform):
    await client.transport.get("user/get")
    platform.expire_token()
    platform.script["media/get"] = [{"errcode": 40007, "errmsg": "invalid media_id"}]
    with pytest.raises(WeComError) as refused:
        await client.media.get("MID")
    assert refused.value.errcode == 40007
    assert len(platform.calls["media/get"]) == 2


# JS-SDK


def test_the_published_js_sdk_signature():
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"
    expected = "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert js_sdk_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url) == expected
    assert js_sdk_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url + "#/page") == expected


async def test_tickets_are_fetched_once_and_apart(client: WeComClient, platform: WeComPlatform):
    platform.script["get_jsapi_ticket"] = [{"errcode": 0, "ticket": "corp", "expires_in": 7200}]
    platform.script["ticket/get"] = [{"errcode": 0, "ticket": "agent", "expires_in": 7200}]
    for _ in range(2):
        config = await client.js_sdk.sign_config("https://we.example/sidebar")
        agent = await client.js_sdk.sign_agent_config("https://we.example/sidebar")
    for signature, ticket in ((config, "corp"), (agent, "agent")):
        expected = js_sdk_signature(ticket, signature.nonce, signature.timestamp, "https://we.example/sidebar")
        assert signature.signature == expected
    assert len(platform.calls["get_jsapi_ticket"]) == len(platform.calls["ticket/get"]) == 1
    assert platform.calls["ticket/get"][0].query["type"] == "agent_config"


# wechatpy's other endpoints


async def test_the_rest_of_wechatpy_is_awaitable(client: WeComClient, platform: WeComPlatform):
    platform.script["externalcontact/groupchat/get"] = [{"errcode": 0, "group_chat": {"chat_id": "wr1"}}]
    answer = await client.wechatpy.external_contact_group_chat.get("wr1")
    assert answer["group_chat"] == {"chat_id": "wr1"}
    with pytest.raises(NotImplementedError):
        client.wechatpy.media.upload("image", b"")
    assert await client.api_addresses() == []
