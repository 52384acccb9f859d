"""企业朋友圈 through its endpoints."""

from datetime import timedelta

from campaigns.moments.models import CorpMoment, MomentReaction
from campaigns.moments.rules import ReactionKind
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.masks import mask_name
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.campaigns.moments.post import STARTS_AT, WORDS, make_post
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web

BODY = {"name": "冬季用车", "words": {"text": WORDS}, "starts_at": STARTS_AT.isoformat()}


async def test_a_marketer_writes_one_and_reads_what_came_of_it(web: Web, town: Town):
    post = await make_post(town)
    marketer = await web.signed_in(post.marketer)
    kit = (await marketer.get("/moments/kit")).json()
    assert (kit["kinds"], kit["opt_out"], kit["most_attachments"]) == (["LINK", "PICTURE"], [], 9)
    mixed = {
        "text": "全城最低",
        "attachments": [{"kind": "LINK", "title": "看", "target": "https://e.cn", "description": "多"}],
    }
    tried = (await marketer.post("/moments/trial", json={"words": mixed})).json()
    assert [one["attachment"] for one in tried["problems"]] == [0, 1]
    assert (await marketer.post("/moments", json={**BODY, "words": {"text": "全城最低"}})).status_code == 422
    expected = (await marketer.post("/moments/audience", json={})).json()
    assert expected == {"members": 2, "customers": 2, "made_this_month": 0, "seen_per_month": 4}
    made = (await marketer.post("/moments", json=BODY)).json()
    at = f"/moments/{made['id']}"
    changed = await marketer.put(at, json={**BODY, "name": "冬季提醒", "version": made["version"]})
    assert changed.status_code == 200, changed.text
    row = (await marketer.get(at)).json()
    assert (row["name"], row["state"], row["may_submit"]) == ("冬季提醒", "DRAFT", True)
    assert (await marketer.post(f"{at}/submission", json={"version": row["version"]})).status_code == 200
    asked = await Approval.get(about=f"moment:{made['id']}")
    await approvals.decide(post.manager, asked.id, agree=True, version_seen=asked.version)
    await post.morning()
    moment = await post.later(await CorpMoment.get(id=made["id"]))
    await post.publish(moment)
    moment = await post.later(moment, timedelta(minutes=31))
    marketer = await web.signed_in(post.marketer)
    parts = (await marketer.get(f"{at}/parts")).json()
    assert [(part["staff"], part["state"]) for part in parts] == [("李敏", "WAITING"), ("王芳", "PUBLISHED")]
    (row,) = (await marketer.get("/moments", params={"q": "提醒", "state": "RUNNING"})).json()["items"]
    assert (row["published"], row["members"], row["seen_by"]) == (1, 2, 2)
    done = (await marketer.post(f"{at}/reminders", json={"version": row["version"]})).json()
    assert done == {"reminded": 1, "left_out": 0}
    own = await web.signed_in(await make.acting(Role.SC, town.store))
    assert (await own.get(f"/moment-parts/{parts[0]['id']}")).status_code == 404
    li = await web.signed_in(await staff_actor(town.li.id))
    part = (await li.get(f"/moment-parts/{parts[0]['id']}")).json()
    assert (part["is_own"], part["waits"], part["words"]["text"]) == (True, True, WORDS)
    assert (await li.get("/moments")).status_code == 403
    assert (await marketer.post(f"{at}/cancellation", json={"version": row["version"]})).status_code == 200
    assert (await marketer.get(f"{at}/reactions")).json() == []
    customer = await Customer.all().order_by("id").first()
    assert customer is not None
    await Customer.filter(id=customer.id).update(name="张伟")
    await MomentReaction.create(
        moment_part_id=parts[1]["id"], customer_id=customer.id, kind=ReactionKind.LIKE, at=clock.now()
    )
    named = {}
    for actor in (post.marketer, post.manager):
        (row,) = (await (await web.signed_in(actor)).get(f"{at}/reactions")).json()
        named[actor.id] = row["customer"]
    assert named == {post.marketer.id: mask_name("张伟"), post.manager.id: "张伟"}
