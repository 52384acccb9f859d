"""What WeCom lets an app read of the address book, and friends of a member who left."""

from typing import Any

from tests.simulator.stand import Stand


async def _tree(stand: Stand) -> None:
    departments = [{"id": 1, "name": "云帆"}, {"id": 2, "name": "南山店", "parentid": 1}]
    await stand.hand("POST", "import", {"departments": departments})
    member = {"userid": "ZhaoMin", "name": "赵敏", "department": [2], "position": "服务顾问", "mobile": "13800000007"}
    await stand.hand("POST", "staff", member)


async def test_members_come_by_department_in_every_spelling(stand: Stand) -> None:
    await _tree(stand)
    assert [row["userid"] for row in (await stand.wecom("user/list", department_id="2"))["userlist"]] == ["ZhaoMin"]
    below = (await stand.wecom("user/list", department_id="1", fetch_child="1"))["userlist"]
    assert "ZhaoMin" in {row["userid"] for row in below}
    assert "ZhaoMin" not in {row["userid"] for row in (await stand.wecom("user/list", department_id="1"))["userlist"]}
    simple = (await stand.wecom("user/simplelist", department_id="2"))["userlist"]
    assert simple[0]["name"] == "赵敏"
    assert "position" not in simple[0]
    await stand.hand("POST", "directory/tags", {"tagid": 7, "tagname": "接待组", "userids": ["ZhaoMin"]})
    assert {"tagid": 7, "tagname": "接待组"} in (await stand.wecom("tag/list"))["taglist"]
    assert (await stand.wecom("tag/get", tagid="7"))["userlist"] == [{"userid": "ZhaoMin", "name": "赵敏"}]


async def test_an_app_gets_no_phone_of_a_member_but_those_of_old(stand: Stand) -> None:
    await _tree(stand)
    assert "mobile" not in await stand.wecom("user/get", userid="ZhaoMin")
    agent = next(iter(stand.simulation.world.agents))
    agent.gets_personal_fields = True
    assert (await stand.wecom("user/get", userid="ZhaoMin"))["mobile"] == "13800000007"


async def test_a_department_that_changes_is_announced(stand: Stand) -> None:
    await stand.hand("POST", "directory/departments", {"id": 9, "name": "龙岗店"})
    await stand.hand("POST", "directory/departments/9/delete")
    await stand.settle()
    told = [kind for event in stand.events() for kind in ("create_party", "delete_party") if kind in event]
    assert told == ["create_party", "delete_party"]


async def test_friends_of_a_leaver_wait_and_go_to_a_colleague_after_a_day(stand: Stand, zhang: Any) -> None:
    await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    ask = {"handover_userid": "WangFang", "takeover_userid": "LiMin", "external_userid": [zhang.external_userid]}
    early = await stand.wecom("externalcontact/resigned/transfer_customer", ask)
    assert early["errcode"] == 40097, "who works here has the other call"
    await stand.hand("POST", "directory/members/WangFang/delete")
    waiting = (await stand.wecom("externalcontact/get_unassigned_list", {}))["info"]
    assert [row["external_userid"] for row in waiting] == [zhang.external_userid]

    started = await stand.wecom("externalcontact/resigned/transfer_customer", ask)
    assert started["customer"][0]["errcode"] == 0
    again = await stand.wecom("externalcontact/resigned/transfer_customer", ask)
    assert again["customer"][0]["errcode"] == 40129
    assert (await stand.wecom("externalcontact/transfer_result", ask))["customer"] == []
    await stand.hand("POST", "clock/advance", {"hours": 25})
    await stand.settle()
    stand.token = ""
    done = (await stand.wecom("externalcontact/resigned/transfer_result", ask))["customer"]
    assert [row["status"] for row in done] == [1]
    assert (await stand.wecom("externalcontact/get_unassigned_list", {}))["info"] == []
    assert (await stand.wecom("externalcontact/list", userid="LiMin"))["external_userid"] == [zhang.external_userid]


async def test_a_member_who_is_brought_in_as_gone_left_unseen(stand: Stand, zhang: Any) -> None:
    await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await stand.settle()
    told = len(stand.events())
    for _ in range(2):
        await stand.hand("POST", "import", {"resigned": ["wangfang"]})
    await stand.settle()
    assert len(stand.events()) == told, "no callback"
    waiting = (await stand.wecom("externalcontact/get_unassigned_list", {}))["info"]
    assert [row["external_userid"] for row in waiting] == [zhang.external_userid]
