"""Enterprise Moments: the order, the job, publishing, who sees it, likes and comments."""

import base64
from typing import Any

import aiohttp
import pytest

from tests.simulator.stand import Stand

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


@pytest.fixture
async def keys(stand: Stand) -> list[str]:
    """Zhang and Li, both friends of 王芳."""
    await stand.hand("POST", "people", {"person_id": "li", "nickname": "李娜", "phone": "13800000002"})
    for person in ("zhang", "li"):
        await stand.hand("POST", f"people/{person}/add", {"userid": "WangFang"})
    return [stand.simulation.world.people.get(key).external_userid for key in ("zhang", "li")]


async def order(stand: Stand, users: list[str] | None = None, **fields: Any) -> Any:
    wanted = {"sender_list": {"user_list": users or ["WangFang"]}}
    body = {"text": {"content": "冬季用车小贴士"}, "visible_range": wanted} | fields
    return await stand.wecom("externalcontact/add_moment_task", body)


async def result(stand: Stand, jobid: str) -> Any:
    return await stand.wecom("externalcontact/get_moment_task_result", jobid=jobid)


async def made(stand: Stand, **fields: Any) -> str:
    told = await result(stand, (await order(stand, **fields))["jobid"])
    return str(told["result"]["moment_id"])


async def asked(stand: Stand, path: str, moment_id: str, **fields: Any) -> Any:
    return await stand.wecom(f"externalcontact/{path}", {"moment_id": moment_id, **fields})


async def upload(stand: Stand, attachment_type: str) -> str:
    await stand.wecom("get_api_domain_ip")
    form = aiohttp.FormData()
    form.add_field("media", PNG, filename="a.png")
    params = {"access_token": stand.token, "media_type": "image", "attachment_type": attachment_type}
    async with stand.http.post("/wecom/cgi-bin/media/upload_attachment", params=params, data=form) as response:
        return str((await response.json())["media_id"])


async def test_nothing_is_seen_before_the_member_publishes(stand: Stand, keys: list[str]) -> None:
    moment_id = await made(stand, users=["WangFang", "LiMin", "Nobody"])
    tasks = (await asked(stand, "get_moment_task", moment_id))["task_list"]
    assert sorted((row["userid"], row["publish_status"]) for row in tasks) == [("LiMin", 0), ("WangFang", 0)]
    assert (await asked(stand, "get_moment_comments", moment_id, userid="WangFang"))["errcode"] == 41062
    assert (await asked(stand, "get_moment_comments", moment_id, userid="Other"))["errcode"] == 41061
    assert (await stand.hand("GET", "people/zhang/moments"))["moments"] == []
    act = {"moment_id": moment_id, "userid": "WangFang"}
    assert await stand.hand("POST", "moments/publish", act) == {"chosen": 2, "seen_by": 2}
    await stand.hand("POST", "moments/publish", act, status=409)
    tasks = (await asked(stand, "get_moment_task", moment_id))["task_list"]
    assert {row["userid"]: row["publish_status"] for row in tasks} == {"LiMin": 0, "WangFang": 1}
    seen = (await asked(stand, "get_moment_send_result", moment_id, userid="WangFang"))["customer_list"]
    assert sorted(row["external_userid"] for row in seen) == sorted(keys)
    assert len((await stand.hand("GET", "people/zhang/moments"))["moments"]) == 1


async def test_likes_and_comments_are_told_without_the_words(stand: Stand, keys: list[str]) -> None:
    moment_id = await made(stand)
    act = {"moment_id": moment_id, "userid": "WangFang"}
    await stand.hand("POST", "people/zhang/moments/like", act, status=409)
    await stand.hand("POST", "moments/publish", act)
    await stand.hand("POST", "people/zhang/moments/like", act)
    await stand.hand("POST", "people/zhang/moments/like", act)
    await stand.hand("POST", "people/li/moments/comment", act | {"text": "收藏了"})
    told = await asked(stand, "get_moment_comments", moment_id, userid="wangfang")
    assert [row["external_userid"] for row in told["like_list"]] == [keys[0]]
    assert [set(row) for row in told["comment_list"]] == [{"external_userid", "create_time"}]
    [shown] = (await stand.hand("GET", "staff/WangFang/moments"))["moments"]
    assert (shown["likes"], shown["comments"]) == (["张伟"], [{"name": "李娜", "text": "收藏了"}])


async def test_the_job_takes_its_time_and_names_who_cannot_publish(stand: Stand, keys: list[str]) -> None:
    await stand.hand("POST", "faults", {"moment_job_seconds": 60})
    jobid = (await order(stand, users=["WangFang", "Nobody"]))["jobid"]
    assert (await result(stand, jobid))["status"] == 2
    await stand.hand("POST", "clock/advance", {"seconds": 61})
    told = await result(stand, jobid)
    assert told["status"] == 3
    assert told["result"]["invalid_sender_list"]["user_list"] == ["Nobody"]
    nobody = (await order(stand, users=["Nobody"]))["jobid"]
    await stand.hand("POST", "clock/advance", {"seconds": 61})
    assert (await result(stand, nobody))["result"]["errcode"] == 81013
    await stand.hand("POST", "clock/advance", {"hours": 25})
    stand.token = ""
    assert (await result(stand, jobid))["errcode"] == 41079
    assert (await stand.wecom("externalcontact/get_moment_task_result"))["errcode"] == 41078


async def test_a_customer_sees_four_of_a_month(stand: Stand, keys: list[str]) -> None:
    counts = []
    for number in range(5):
        moment_id = await made(stand, text={"content": f"第 {number} 条"})
        counts.append(await stand.hand("POST", "moments/publish", {"moment_id": moment_id, "userid": "WangFang"}))
    assert [count["seen_by"] for count in counts] == [2, 2, 2, 2, 0]
    assert counts[-1]["chosen"] == 2
    chosen = (await asked(stand, "get_moment_customer_list", moment_id, userid="WangFang"))["customer_list"]
    assert len(chosen) == 2


async def test_only_customers_with_a_tag_see_it(stand: Stand, keys: list[str]) -> None:
    added = await stand.wecom("externalcontact/add_corp_tag", {"group_name": "车主", "tag": [{"name": "X6"}]})
    tag = added["tag_group"]["tag"][0]["id"]
    mark = {"userid": "WangFang", "external_userid": keys[1], "add_tag": [tag]}
    assert (await stand.wecom("externalcontact/mark_tag", mark))["errcode"] == 0
    wanted = {"sender_list": {"user_list": ["WangFang"]}, "external_contact_list": {"tag_list": [tag]}}
    moment_id = await made(stand, visible_range=wanted)
    await stand.hand("POST", "moments/publish", {"moment_id": moment_id, "userid": "WangFang"})
    seen = (await asked(stand, "get_moment_send_result", moment_id, userid="WangFang"))["customer_list"]
    assert [row["external_userid"] for row in seen] == [keys[1]]


async def test_the_list_shows_what_the_corp_made_after_its_lag(stand: Stand, keys: list[str]) -> None:
    await stand.hand("POST", "faults", {"list_lag_seconds": 120})
    now = stand.simulation.clock.seconds()
    moment_id = await made(stand)
    span = {"start_time": now - 60, "end_time": now + 600, "filter_type": 0}
    assert (await stand.wecom("externalcontact/get_moment_list", span))["moment_list"] == []
    await stand.hand("POST", "clock/advance", {"seconds": 121})
    [shown] = (await stand.wecom("externalcontact/get_moment_list", span))["moment_list"]
    assert (shown["moment_id"], shown["text"]["content"]) == (moment_id, "冬季用车小贴士")
    long = {"start_time": now - 31 * 86400, "end_time": now}
    assert (await stand.wecom("externalcontact/get_moment_list", long))["errcode"] == 40058


async def test_what_was_stopped_cannot_be_published(stand: Stand, keys: list[str]) -> None:
    moment_id = await made(stand)
    assert (await asked(stand, "cancel_moment_task", moment_id))["errcode"] == 0
    await stand.hand("POST", "moments/publish", {"moment_id": moment_id, "userid": "WangFang"}, status=409)
    assert (await asked(stand, "cancel_moment_task", "momNone"))["errcode"] == 41060


async def test_a_moment_carries_pictures_or_one_link_made_for_it(stand: Stand, keys: list[str]) -> None:
    good, other = await upload(stand, "1"), await upload(stand, "2")
    picture = {"msgtype": "image", "image": {"media_id": good}}
    link = {"msgtype": "link", "link": {"title": "看看", "url": "https://example.com", "media_id": good}}
    refused = {
        41065: [picture, link],
        41064: [link, link],
        40007: [{"msgtype": "image", "image": {"media_id": other}}],
        40063: [{"msgtype": "link", "link": {"title": "看看", "media_id": good}}],
    }
    for errcode, attachments in refused.items():
        assert (await order(stand, attachments=attachments))["errcode"] == errcode
    assert (await order(stand, text={"content": "长" * 2001}))["errcode"] == 45002
    assert (await order(stand, text={}))["errcode"] == 44004
    assert (await order(stand, attachments=[picture] * 9))["errcode"] == 0
    assert (await order(stand, attachments=[link]))["errcode"] == 0
    assert base64.b64decode(stand.simulation.world.media.get(good).data) == PNG


async def test_ten_are_taken_in_a_minute(stand: Stand, keys: list[str]) -> None:
    await stand.hand("POST", "clock/advance", {"seconds": 60 - stand.simulation.clock.seconds() % 60})
    codes = [(await order(stand))["errcode"] for _ in range(11)]
    assert codes == [*[0] * 10, 45009]
