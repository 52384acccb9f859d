"""The mini program's doors and pushes."""

from typing import Any

import pytest

from simulator.weixin.subscribe import value_problem
from tests.simulator.stand import Stand

NOTICE = {"thing1": {"value": "小保养"}, "time2": {"value": "2026年11月23日 09:30"}}


async def send(stand: Stand, openid: str, token: str, **fields: Any) -> Any:
    body = {"touser": openid, "template_id": "T-APPT", "page": "pages/appointment?id=1", "data": NOTICE}
    return await stand.weixin("cgi-bin/message/subscribe/send", body | fields, access_token=token)


async def test_plain_tokens_are_new_each_time_and_stable_ones_stay(stand: Stand) -> None:
    query = {
        "grant_type": "client_credential",
        "appid": stand.settings.weixin_app_id,
        "secret": stand.settings.weixin_app_secret,
    }
    first, second = [await stand.weixin("cgi-bin/token", **query) for _ in range(2)]
    assert first["access_token"] != second["access_token"]
    assert "errcode" not in first
    assert (await stand.weixin_token()) == (await stand.weixin_token())
    await stand.hand("POST", "clock/advance", {"seconds": 301})
    body = {"code": "x"}
    gone = await stand.weixin("wxa/business/getuserphonenumber", body, access_token=first["access_token"])
    assert gone["errcode"] == 42001
    alive = await stand.weixin("wxa/business/getuserphonenumber", body, access_token=second["access_token"])
    assert alive["errcode"] == 40029


async def test_a_stable_token_is_renewed_in_its_last_five_minutes_while_both_are_valid(stand: Stand) -> None:
    old = await stand.weixin_token()
    await stand.hand("POST", "clock/advance", {"seconds": 7200 - 200})
    new = await stand.weixin_token()
    assert new != old
    for token in (old, new):
        answer = await stand.weixin("wxa/business/getuserphonenumber", {"code": "x"}, access_token=token)
        assert answer["errcode"] == 40029


async def test_login_and_phone_codes_work_once_for_five_minutes_and_differ(stand: Stand, zhang: Any) -> None:
    token = await stand.weixin_token()

    async def session(code: str) -> Any:
        return await stand.weixin(
            "sns/jscode2session",
            appid=stand.settings.weixin_app_id,
            secret=stand.settings.weixin_app_secret,
            js_code=code,
            grant_type="authorization_code",
        )

    async def phone(code: str) -> Any:
        return await stand.weixin("wxa/business/getuserphonenumber", {"code": code}, access_token=token)

    login = (await stand.hand("POST", "people/zhang/login"))["code"]
    first = await session(login)
    assert (first["openid"], first["unionid"]) == (zhang.openid, zhang.unionid)
    assert "errcode" not in first
    assert (await session(login))["errcode"] == 40163, "a code that was used is told apart from one nobody made"
    code = (await stand.hand("POST", "people/zhang/phone-code"))["code"]
    assert (await session(code))["errcode"] == 40029
    assert (await phone(code))["phone_info"]["purePhoneNumber"] == "13800000001"
    assert (await phone(code))["errcode"] == 40029
    late = (await stand.hand("POST", "people/zhang/login"))["code"]
    await stand.hand("POST", "clock/advance", {"seconds": 301})
    assert (await session(late))["errcode"] == 40029


async def test_one_accept_is_one_message(stand: Stand, zhang: Any) -> None:
    token = await stand.weixin_token()
    assert (await send(stand, zhang.openid, token))["errcode"] == 43101
    answer = await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-APPT": True, "T-CAR": False}})
    assert (answer["T-APPT"], answer["T-CAR"]) == ("accept", "reject")
    assert (await send(stand, zhang.openid, token))["errcode"] == 0
    assert (await send(stand, zhang.openid, token))["errcode"] == 43101
    shown = await stand.hand("GET", "people/zhang/notices")
    assert [row["page"] for row in shown["notices"]] == ["pages/appointment?id=1"]
    assert shown["accepts_left"] == {"T-APPT": 0, "T-CAR": 0}


async def test_wrong_messages_are_refused_and_cost_no_accept(stand: Stand, zhang: Any) -> None:
    templates = [{"template_id": "T-APPT", "title": "预约结果", "keys": ["thing1", "time2"]}]
    await stand.hand("POST", "templates", {"templates": templates})
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-APPT": True}})
    token = await stand.weixin_token()
    assert (await send(stand, "oNobody", token))["errcode"] == 40003
    assert (await send(stand, zhang.openid, token, template_id="T-NONE"))["errcode"] == 40037
    assert (await send(stand, zhang.openid, token, page="/pages/a"))["errcode"] == 41030
    long = await send(stand, zhang.openid, token, data=NOTICE | {"thing1": {"value": "字" * 21}})
    assert long["errcode"] == 47003
    assert "thing1" in long["errmsg"]
    assert (await send(stand, zhang.openid, token, data={"thing1": {"value": "小保养"}}))["errcode"] == 47003
    assert (await send(stand, zhang.openid, token))["errcode"] == 0
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-NONE": True}}, status=409)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "云帆 X6 小保养", "字" * 21),
        ("thing1", "8 折", "a\nb"),
        ("number3", "21180.5", "21,180"),
        ("letter1", "ABC", "A1"),
        ("symbol1", "!!", "a"),
        ("character_string2", "RO-20261123-0231", "工单0231"),
        ("time4", "2026年11月23日 09:30", "明天上午"),
        ("time4", "09:30~10:00", ""),
        ("date5", "2026年11月23日", "11月23日"),
        ("amount6", "¥1782.00", "一千元"),
        ("amount6", "668元", "¥12345678901"),
        ("phone_number7", "0755-8888888", "请拨打前台"),
        ("car_number8", "粤B12345", "粤B·D1234567"),
        ("name9", "李敏", "一二三四五六七八九十一"),
        ("phrase10", "待确认", "等待确认中" + "了"),
        ("unknown1", "", "x"),
    ],
)
def test_values_obey_the_prefix_of_their_key(key: str, good: str, bad: str) -> None:
    if good:
        assert value_problem(key, good) == ""
    assert value_problem(key, bad) != ""


async def test_pushes_list_one_as_an_object_and_several_as_an_array(stand: Stand, zhang: Any) -> None:
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-A": True}})
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-A": True, "T-B": False}})
    await stand.hand("POST", "people/zhang/unsubscribe", {"template_id": "T-A"})
    await stand.settle()
    pushes = sorted(stand.pushes(), key=lambda row: len(str(row)))
    lists = [row["List"] for row in pushes if row["Event"] == "subscribe_msg_popup_event"]
    assert isinstance(lists[0], dict)
    assert lists[0]["SubscribeStatusString"] == "accept"
    assert [row["SubscribeStatusString"] for row in lists[1]] == ["accept", "reject"]
    change = next(row["List"] for row in pushes if row["Event"] == "subscribe_msg_change_event")
    assert change == {"TemplateId": "T-A", "SubscribeStatusString": "reject"}
    assert {row["FromUserName"] for row in pushes} == {zhang.openid}


async def test_a_code_image_is_a_png_or_a_json_refusal(stand: Stand) -> None:
    token = await stand.weixin_token()
    good = await stand.weixin("wxa/getwxacodeunlimit", {"scene": "c=12", "page": "pages/claim"}, access_token=token)
    assert good.startswith(b"\x89PNG")
    for body, errcode in [
        ({"scene": "x" * 33}, 40169),
        ({"scene": "券"}, 40169),
        ({"scene": "a", "page": "/pages/claim"}, 41030),
    ]:
        assert (await stand.weixin("wxa/getwxacodeunlimit", body, access_token=token))["errcode"] == errcode
