"""A marketer's own words through the staff API: tried while they are written, kept with the plan, seen by others."""

from typing import Any

import pytest

from campaigns.broadcasts import library
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from crm_core.dealerships.models import Role
from foundation import media
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import SLEEPING, make_coupon_template
from tests.console.conftest import Desk
from tests.pictures import picture as drawn

CARD = {"kind": "MINI_PROGRAM", "title": "在{门店}选时间", "target": GIFT_PAGE}
WORDS: dict[str, Any] = {"text": "{门店}的新举升机装好了，底盘一眼看清。打开卡片可“不再接收”。", "attachments": [CARD]}


async def _plan(desk: Desk, house: House, **changes: Any) -> dict[str, Any]:
    saved = {"name": "沉睡车主", "definition": SLEEPING}
    segment = (await desk.ask(house.marketer, "POST", "/segments", json=saved)).json()
    body = {"name": "看底盘", "segment_id": segment["id"], "budget_fen": 100_00, **changes}
    answer = await desk.ask(house.marketer, "POST", "/broadcasts", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_the_kit_tells_what_may_be_written_for_a_channel(desk: Desk):
    house = await make_house(1)
    kit = await desk.get(house.marketer, "/campaign-contents/kit")
    assert [(one["word"], one["longest"], one["of_coupon"]) for one in kit["variables"]] == [
        ("门店", 30, False),
        ("卡券", 36, True),
        ("用券规则", 54, True),
        ("有效天数", 3, True),
    ]
    assert (kit["longest"], kit["in_bytes"], kit["most_attachments"]) == (4000, True, 9)
    assert kit["pages"][0] == {"page": GIFT_PAGE, "name": "领券和预约"}
    technician = await make.acting(Role.TEC, house.store)
    assert (await desk.ask(technician, "GET", "/campaign-contents/kit")).status_code == 403
    assert (await desk.ask(technician, "POST", "/campaign-contents/trial", json={"words": WORDS})).status_code == 403


async def test_words_are_tried_while_they_are_written(desk: Desk):
    house = await make_house(1)
    coupon = await make_coupon_template()
    link = {"kind": "LINK", "title": "{名字}", "target": "http://example.com"}

    async def tried(**asked: Any) -> dict[str, Any]:
        answer = await desk.ask(house.marketer, "POST", "/campaign-contents/trial", json=asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    good = await tried(words=WORDS)
    assert good["problems"] == []
    assert good["text"].startswith("深圳南山店的新举升机")
    assert (good["attachments"][0]["title"], good["attachments"][0]["leads_to"]) == ("在深圳南山店选时间", "领券和预约")
    wrong = await tried(words={"text": WORDS["text"], "attachments": [CARD, link]})
    assert wrong["problems"] == [{"sentence": "这里不能用{名字}", "attachment": 2}]
    assert wrong["attachments"][1]["title"] == "{名字}"
    unstated = await tried(words=WORDS, coupon_template_id=coupon.id)
    assert [one["sentence"] for one in unstated["problems"]] == ["送券要写明{卡券}、{用券规则}、{有效天数}"]
    sent = {**WORDS, "text": WORDS["text"] + "送{卡券}。"}
    assert coupon.name in (await tried(words=sent, coupon_template_id=coupon.id))["text"]


async def test_own_words_are_kept_and_the_approver_sees_them_with_their_picture(desk: Desk):
    house = await make_house(3)
    picture = (await media.store(drawn())).key
    words = {**WORDS, "attachments": [CARD, {"kind": "PICTURE", "title": "x", "target": "y", "picture": picture}]}
    plan = await _plan(desk, house, words=words)
    assert (plan["is_own"], plan["season_line"], plan["words"]["text"]) == (True, "", WORDS["text"])
    seen = await desk.get(house.manager, f"/broadcasts/{plan['id']}")
    assert seen["message_text"].startswith("您的门店的新举升机")
    card, shown = seen["attachments"]
    assert (card["picture_url"], shown["title"], shown["leads_to"]) == (None, "", "")
    assert (await desk.http.get(shown["picture_url"])).headers["content-type"] == "image/jpeg"
    changed = {"name": plan["name"], "segment_id": plan["segment_id"], "budget_fen": 100_00, "version": plan["version"]}
    path = f"/broadcasts/{plan['id']}"
    answer = await desk.ask(house.marketer, "PUT", path, json={**changed, "words": {**WORDS, "text": "全国第一"}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "content_not_accepted")
    lost = {**WORDS, "attachments": [CARD, {"kind": "PICTURE", "picture": "0" * 64 + ".jpg"}]}
    answer = await desk.ask(house.marketer, "PUT", path, json={**changed, "words": lost})
    assert answer.json()["error"]["code"] == "media_not_stored"
    shipped = (await desk.ask(house.marketer, "PUT", path, json=changed)).json()
    assert (shipped["is_own"], shipped["message_text"][:10]) == (False, "好久不见！您的门店可以"[:10])


async def test_the_library_is_paged_searched_and_changed_through_its_doors(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(library, "PAGE", 2)
    house = await make_house(3)
    for number in range(3):
        words = Content(
            f"{WORDS['text']}第{number}天。",
            [Attachment(AttachmentKind.MINI_PROGRAM, title="在{门店}选时间", target=GIFT_PAGE)],
        )
        await house.scheduled(words=words, coupon_template_id=None, name=f"看底盘{number}")
    first = await desk.get(house.marketer, "/campaign-contents")
    assert len(first["items"]) == library.PAGE
    rest = await desk.get(house.marketer, "/campaign-contents", cursor=first["next_cursor"])
    assert ([one["name"] for one in rest["items"]], rest["next_cursor"]) == (["看底盘0"], None)
    entry = rest["items"][0]
    path = f"/campaign-contents/{entry['id']}"
    changed = {"name": "底盘", "is_retired": True, "version": entry["version"]}
    assert (await desk.ask(house.manager, "PUT", path, json=changed)).status_code == 403
    assert (await desk.ask(house.marketer, "PUT", path, json=changed)).json()["is_retired"]
    assert (await desk.ask(house.marketer, "PUT", path, json=changed)).status_code == 409
    retired = await desk.get(house.marketer, "/campaign-contents", is_retired=True, q="底盘")
    assert [one["name"] for one in retired["items"]] == ["底盘"]
