"""The evidence of a record can be looked at: its photos exist, and what staff record for an owner is shown."""

from datetime import timedelta
from typing import Any

import pytest

from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import RepairLine
from foundation import clock, media
from tests.fixtures.web import Web
from tests.pictures import picture
from tests.workshop import PHOTO, POSITIONS, make_workshop

MISSING: dict[str, Any] = {"photos": [PHOTO]}
"""A key of the right form under which nothing was ever stored."""


async def test_a_photo_that_was_never_stored_is_refused_at_every_door(web: Web):
    shop = await make_workshop()
    order = await shop.in_work(shop.pads)
    (line,) = await shop.lines(order)
    technician, inspector = await web.signed_in(shop.technician), await web.signed_in(shop.inspector)
    advisor = await web.signed_in(shop.advisor)
    found = {"name": "油封", "finding": "漏油", "urgency": "RED"} | MISSING
    walk = {"energy_percent": 60, "photos": [{"position": place, "key": PHOTO["key"]} for place in POSITIONS]}
    door = f"/repair-orders/{order.id}"
    seen = MISSING | {"version": order.version}
    walk["version"] = order.version
    answers = [
        await technician.post(f"/lines/{line.id}/start", json=MISSING),
        await technician.post(f"/lines/{line.id}/photos", json=MISSING),
        await technician.post(f"/lines/{line.id}/finish", json=MISSING | {"is_self_checked": True}),
        await technician.post(f"{door}/additional-work", json={"findings": [found]}),
        await advisor.post(f"{door}/inspection", json=walk),
        await inspector.post(f"{door}/quality-check/pass", json=seen),
        await inspector.post(f"{door}/quality-check/fail", json=seen | {"line_ids": [line.id], "reason": "异响"}),
    ]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [
        (422, "media_not_stored")
    ] * len(answers)
    assert answers[0].json()["error"]["message"] == "有照片没传上，请重新拍。"
    kept = (await technician.post("/media", content=picture())).json()
    photos = {"photos": [{"key": kept["key"], "label": "施工后"}], "is_self_checked": True}
    assert (await technician.post(f"/lines/{line.id}/finish", json=photos)).status_code == 200


async def test_an_advisor_records_a_call_with_its_time_and_what_was_said(web: Web):
    shop = await make_workshop()
    order = await shop.estimated()
    advisor = await web.signed_in(shop.advisor)
    door = f"/repair-orders/{order.id}/estimate/authorisation"
    call = {"estimate_version": 1, "how": "phone"}
    later = (clock.now() + timedelta(hours=1)).isoformat()
    for lacking in ({}, {"words": "做吧"}, {"said_at": clock.now().isoformat()}, {"words": "做吧", "said_at": later}):
        answer = await advisor.post(door, json=call | lacking)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "evidence_missing")
    allowed = await advisor.post(door, json=call | {"words": "做吧", "said_at": clock.now().isoformat()})
    assert allowed.json()["state"] == "AUTHORISED"
    (line,) = allowed.json()["lines"]
    assert (line["decided_how"], line["evidence_note"], line["evidence"]) == ("phone", "11月23日 09:30 说：做吧", None)


@pytest.mark.parametrize("urgency", [Urgency.YELLOW, Urgency.RED])
async def test_an_advisor_records_a_signed_paper_with_its_photo(web: Web, urgency: Urgency):
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, urgency)
    line = next(line for line in await shop.lines(order) if line.additional_work_id == sheet.id)
    advisor = await web.signed_in(shop.advisor)
    door = f"/additional-work/{sheet.id}/decisions"
    said = {"decisions": [{"line_id": line.id, "decision": "APPROVED"}], "how": "paper", "version": sheet.version}
    assert (await advisor.post(door, json=said)).json()["error"]["code"] == "evidence_missing"
    made_up = await advisor.post(door, json=said | {"photo": PHOTO["key"]})
    assert made_up.json()["error"]["code"] == "media_not_stored"
    kept = (await advisor.post("/media", content=picture())).json()
    assert (await advisor.post(door, json=said | {"photo": kept["key"]})).json()["state"] == "APPROVED"
    assert (await RepairLine.get(id=line.id)).evidence == kept["key"]
    pages = {
        who: (await (await web.signed_in(actor)).get(f"/repair-orders/{order.id}")).json()["lines"][-1]
        for who, actor in (("advisor", shop.advisor), ("technician", shop.technician))
    }
    shown = await web.stranger().get(pages["advisor"]["evidence"]["url"])
    assert shown.headers["content-type"] == "image/jpeg"
    # The paper contains sums, so roles that see no money do not see it.
    assert (pages["technician"]["evidence"], pages["technician"]["evidence_note"]) == (None, None)


async def test_only_what_is_stored_counts_as_a_photo(web: Web):
    stored = await media.store(picture())
    await media.require_stored([stored.key])
    for key in (PHOTO["key"], "../../etc/passwd", f"{stored.key[:-3]}png"):
        with pytest.raises(media.MediaNotStored) as refusal:
            await media.require_stored([stored.key, key])
        assert refusal.value.details == {"number": 2}
