"""WeCom's calls over real HTTP: tokens, envelopes, customers, codes, tags, media."""

from typing import Any

import aiohttp

from tests.simulator.stand import Stand


async def befriend(stand: Stand, userid: str = "WangFang", person: str = "zhang") -> str:
    """The two are friends; answers the external_userid."""
    answer = await stand.hand("POST", f"people/{person}/add", {"userid": userid})
    return str(answer["friendship"]["external_userid"])


async def test_a_repeated_gettoken_answers_the_same_token_until_it_ends(stand: Stand) -> None:
    first, second = await stand.get_token(), await stand.get_token()
    assert first["access_token"] == second["access_token"]
    await stand.hand("POST", "clock/advance", {"seconds": 7200})
    assert (await stand.wecom("getcallbackip", token=first["access_token"]))["errcode"] == 42001
    assert (await stand.get_token())["access_token"] != first["access_token"]


async def test_a_token_can_be_expired_now_and_a_wrong_one_is_40014_with_a_hint(stand: Stand) -> None:
    assert (await stand.wecom("getcallbackip"))["errcode"] == 0
    await stand.hand("POST", "tokens/expire")
    assert (await stand.wecom("getcallbackip"))["errcode"] == 42001
    wrong = await stand.wecom("getcallbackip", token="nonsense")
    assert wrong["errcode"] == 40014
    assert "hint: [" in wrong["errmsg"]
    assert "more info at https://open.work.weixin.qq.com/devtool/query?e=40014" in wrong["errmsg"]


async def test_tokens_of_two_apps_are_two_tokens(stand: Stand) -> None:
    await stand.hand("POST", "agents", {"agent_id": 1000003, "secret": "second"})
    one, two = await stand.get_token(), await stand.get_token("second")
    assert one["access_token"] != two["access_token"]
    assert (await stand.get_token("third"))["errcode"] == 40001


async def test_every_answer_carries_a_field_nobody_knows(stand: Stand) -> None:
    assert "x_future_field" in await stand.wecom("getcallbackip")
    assert "x_future_field" in await stand.wecom("no/such/door")
    assert "x_future_field" in await stand.weixin("sns/jscode2session")


async def test_foreign_addresses_and_invisible_members_are_refused_when_switched_on(stand: Stand) -> None:
    agent_id = stand.settings.agent_id
    await befriend(stand, "LiMin")
    await stand.hand("POST", "agents", {"agent_id": agent_id, "visible_userids": ["WangFang"]})
    assert (await stand.wecom("user/get", userid="LiMin"))["errcode"] == 60021
    assert (await stand.wecom("externalcontact/list", userid="LiMin"))["errcode"] == 60011
    assert (await stand.wecom("externalcontact/list", userid="WangFang"))["errcode"] == 84061
    await stand.hand("POST", "agents", {"agent_id": agent_id, "trusted_ips": ["10.0.0.1"]})
    assert (await stand.wecom("user/get", userid="WangFang"))["errcode"] == 60020


async def test_userids_are_case_insensitive_and_phones_are_not_given(stand: Stand) -> None:
    answer = await stand.wecom("user/get", userid="wangfang")
    assert answer["userid"] == "WangFang"
    assert not {"mobile", "email", "avatar", "qr_code"} & set(answer)


async def test_refusals_can_be_armed_for_the_next_calls(stand: Stand) -> None:
    await stand.get_token()
    await stand.wecom("getcallbackip")
    for errcode in (-1, 45009, 45033):
        await stand.hand("POST", "faults/rules", {"path": "getcallbackip", "errcode": errcode, "times": 2})
        assert [(await stand.wecom("getcallbackip"))["errcode"] for _ in range(3)] == [errcode, errcode, 0]


async def test_a_lost_answer_leaves_the_caller_in_doubt_though_the_call_was_done(stand: Stand) -> None:
    await stand.wecom("getcallbackip")
    await stand.hand("POST", "faults/rules", {"path": "message/send", "lose_answer": True})
    message = {"touser": "LiMin", "msgtype": "text", "agentid": stand.settings.agent_id, "text": {"content": "在吗"}}
    try:
        await stand.wecom("message/send", message)
    except aiohttp.ClientError:
        pass
    else:
        raise AssertionError("the connection should have broken")
    assert len((await stand.hand("GET", "staff/LiMin/inbox"))["messages"]) == 1


async def test_a_customer_is_read_with_tags_and_in_batches_with_tag_ids(stand: Stand, zhang: Any) -> None:
    key = await befriend(stand)
    made = await stand.wecom(
        "externalcontact/add_corp_tag", {"group_name": "车型", "tag": [{"name": "云帆 X6"}, {"name": "云帆 E3"}]}
    )
    tag = made["tag_group"]["tag"][0]["id"]
    marked = {"userid": "wangfang", "external_userid": key, "add_tag": [tag]}
    assert (await stand.wecom("externalcontact/mark_tag", marked))["errcode"] == 0
    remark = {"userid": "WangFang", "external_userid": key, "remark": "X6 车主", "remark_mobiles": ["13800000001"]}
    assert (await stand.wecom("externalcontact/remark", remark))["errcode"] == 0
    one = await stand.wecom("externalcontact/get", external_userid=key)
    assert one["external_contact"]["unionid"] == zhang.unionid
    assert one["follow_user"][0]["remark"] == "X6 车主"
    assert [row["tag_id"] for row in one["follow_user"][0]["tags"]] == [tag]
    batch = await stand.wecom("externalcontact/batch/get_by_user", {"userid_list": ["WangFang"]})
    assert batch["external_contact_list"][0]["follow_info"]["tag_id"] == [tag]
    assert "tags" not in batch["external_contact_list"][0]["follow_info"]


async def test_changes_through_the_api_cause_no_callback_and_changes_by_hand_do(stand: Stand) -> None:
    key = await befriend(stand)
    await stand.settle()
    before = len(stand.events())
    await stand.wecom("externalcontact/remark", {"userid": "WangFang", "external_userid": key, "remark": "老客户"})
    await stand.settle()
    assert len(stand.events()) == before
    await stand.hand("POST", "friendships/edit", {"userid": "WangFang", "external_userid": key, "remark": "新客户"})
    await stand.settle()
    assert "edit_external_contact" in stand.events()[-1]


async def test_only_the_app_that_made_a_tag_may_change_it(stand: Stand) -> None:
    made = await stand.wecom("externalcontact/add_corp_tag", {"group_name": "来源", "tag": [{"name": "车展"}]})
    tag = made["tag_group"]["tag"][0]["id"]
    await stand.hand("POST", "agents", {"agent_id": 1000003, "secret": "second"})
    other = (await stand.get_token("second"))["access_token"]
    edit = {"id": tag, "name": "展厅"}
    assert (await stand.wecom("externalcontact/edit_corp_tag", edit, token=other))["errcode"] == 81011
    assert (await stand.wecom("externalcontact/edit_corp_tag", edit))["errcode"] == 0
    too_long = {"group_name": "来源", "tag": [{"name": "字" * 31}]}
    assert (await stand.wecom("externalcontact/add_corp_tag", too_long))["errcode"] == 40058
    assert (await stand.wecom("externalcontact/del_corp_tag", {"tag_id": [tag]}))["errcode"] == 0
    assert (await stand.wecom("externalcontact/get_corp_tag_list", {}))["tag_group"] == []


async def test_pages_may_be_short_or_empty_and_not_the_last(stand: Stand) -> None:
    people = [{"person_id": f"p{n}", "nickname": f"客户{n}", "phone": f"139{n:08d}"} for n in range(23)]
    friendships = [{"userid": "LiMin", "person_id": row["person_id"]} for row in people]
    for _ in range(2):
        await stand.hand("POST", "import", {"people": people, "friendships": friendships})
    sizes, seen, cursor = [], set(), ""
    while True:
        body = {"userid_list": ["LiMin"], "limit": 10, "cursor": cursor}
        page = await stand.wecom("externalcontact/batch/get_by_user", body)
        sizes.append(len(page["external_contact_list"]))
        seen |= {row["external_contact"]["external_userid"] for row in page["external_contact_list"]}
        if not (cursor := page["next_cursor"]):
            break
    assert sizes == [9, 0, 10, 4]
    assert len(seen) == 23


async def test_a_customer_of_more_than_500_members_is_read_in_pages(stand: Stand, zhang: Any) -> None:
    staff = [{"userid": f"sc{n}", "name": f"顾问{n}"} for n in range(501)]
    friendships = [{"userid": row["userid"], "person_id": "zhang"} for row in staff]
    await stand.hand("POST", "import", {"staff": staff, "friendships": friendships})
    first = await stand.wecom("externalcontact/get", external_userid=zhang.external_userid)
    assert first["next_cursor"]
    assert len(first["follow_user"]) < 501


async def test_a_contact_way_lives_and_its_picture_is_a_png(stand: Stand) -> None:
    body = {"type": 1, "scene": 2, "user": ["WangFang"], "state": "store7-qr3"}
    made = await stand.wecom("externalcontact/add_contact_way", body)
    async with stand.http.get(made["qr_code"].removeprefix(stand.settings.base_url)) as response:
        assert (await response.read()).startswith(b"\x89PNG")
    key = {"config_id": made["config_id"]}
    assert (await stand.wecom("externalcontact/get_contact_way", key))["contact_way"]["state"] == "store7-qr3"
    assert (await stand.wecom("externalcontact/update_contact_way", key | {"state": "x" * 31}))["errcode"] == 40058
    assert (await stand.wecom("externalcontact/update_contact_way", key | {"state": "b"}))["errcode"] == 0
    assert (await stand.wecom("externalcontact/list_contact_way", {}))["contact_way"] == [key]
    assert (await stand.wecom("externalcontact/del_contact_way", key))["errcode"] == 0
    assert (await stand.wecom("externalcontact/get_contact_way", key))["errcode"] == 41044
    two = body | {"user": ["WangFang", "LiMin"]}
    assert (await stand.wecom("externalcontact/add_contact_way", two))["errcode"] == 40031


async def upload(stand: Stand, kind: str, name: str, data: bytes) -> Any:
    form = aiohttp.FormData()
    form.add_field("media", data, filename=name)
    await stand.wecom("getcallbackip")
    query = {"access_token": stand.token, "type": kind}
    async with stand.http.post("/wecom/cgi-bin/media/upload", params=query, data=form) as response:
        return await response.json(content_type=None)


async def test_media_live_three_days_and_come_back_whole_or_in_part(stand: Stand) -> None:
    media = await upload(stand, "file", "quote.txt", b"0123456789")
    query = {"access_token": stand.token, "media_id": media["media_id"]}
    async with stand.http.get("/wecom/cgi-bin/media/get", params=query) as response:
        assert await response.read() == b"0123456789"
        assert "quote.txt" in response.headers["Content-Disposition"]
    async with stand.http.get("/wecom/cgi-bin/media/get", params=query, headers={"Range": "bytes=2-4"}) as response:
        assert (response.status, await response.read()) == (206, b"234")
    await stand.hand("POST", "clock/advance", {"days": 3, "seconds": 1})
    stand.token = ""
    assert (await stand.wecom("media/get", media_id=media["media_id"]))["errcode"] == 40007


async def test_media_of_the_wrong_size_or_form_are_refused(stand: Stand) -> None:
    assert (await upload(stand, "image", "a.png", b"not a png at all"))["errcode"] == 40123
    assert (await upload(stand, "file", "a.txt", b"12345"))["errcode"] == 45001


async def test_an_oauth_code_works_once_for_five_minutes(stand: Stand) -> None:
    query = {
        "appid": stand.settings.corp_id,
        "redirect_uri": "http://a.test/in?x=1",
        "state": "s1",
        "scope": "snsapi_base",
    }
    path = "/wecom/connect/oauth2/authorize"
    async with stand.http.get(path, params=query) as response:
        assert "王芳" in await response.text()
    async with stand.http.get(path, params=query | {"sim_userid": "LiMin"}, allow_redirects=False) as response:
        target = response.headers["Location"]
    assert target.startswith("http://a.test/in?x=1&code=")
    assert target.endswith("&state=s1")
    code = target.split("code=")[1].split("&")[0]
    assert (await stand.wecom("auth/getuserinfo", code=code))["userid"] == "LiMin"
    assert (await stand.wecom("auth/getuserinfo", code=code))["errcode"] == 42022
    late = (await stand.hand("POST", "oauth/choose", {"userid": "LiMin"}))["code"]
    await stand.hand("POST", "clock/advance", {"seconds": 301})
    assert (await stand.wecom("auth/getuserinfo", code=late))["errcode"] == 40029


async def test_a_foreign_redirect_host_is_refused_once_domains_are_trusted(stand: Stand) -> None:
    stand.settings.trusted_domains = ["product.test"]
    query = {"appid": stand.settings.corp_id, "redirect_uri": "http://a.test/in", "sim_userid": "LiMin"}
    async with stand.http.get("/wecom/wwlogin/sso/login", params=query) as response:
        assert response.status == 400
        assert "50001" in await response.text()
