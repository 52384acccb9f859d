"""客户群群发 through its endpoints."""

from datetime import timedelta

from campaigns.group_posts.models import GroupPost
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from tests import factories as make
from tests.campaigns.group_posts.round import STARTS_AT, make_round
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web

TEXT = "{门店}提醒：周六讲堂，群里报名。"
BODY = {"name": "冬季讲堂", "words": {"text": TEXT}, "starts_at": STARTS_AT.isoformat()}


async def test_a_marketer_chooses_writes_and_reads_what_became_of_each_group(web: Web, town: Town):
    round_ = await make_round(town)
    marketer = await web.signed_in(round_.marketer)
    kit = (await marketer.get("/group-posts/kit")).json()
    assert ([one["word"] for one in kit["variables"]], kit["opt_out"]) == (["门店"], [])
    tried = (await marketer.post("/group-posts/trial", json={"words": {"text": "{优惠券}"}})).json()
    assert tried["problems"] == [{"sentence": "客户群里大家看到同样的话，不能用{优惠券}", "attachment": 0}]
    page = (await marketer.get("/group-posts/groups", params={"q": "王芳"})).json()
    assert [(one["name"], one["owner"], one["why_not"]) for one in page["items"]] == [
        ("自驾游", "王芳", ""),
        ("X6 车主群", "王芳", ""),
    ]
    choice = (await marketer.get("/group-posts/choice", params={"at_least": 1})).json()
    assert choice["left_out"] == 0
    ids = sorted(choice["customer_group_ids"])
    expected = (await marketer.post("/group-posts/audience", json={"customer_group_ids": ids})).json()
    assert (expected["groups"], expected["owners"], expected["today"]) == (3, 2, 2)
    assert (await marketer.post("/group-posts/audience", json={"customer_group_ids": []})).status_code == 422
    assert (await marketer.post("/group-posts", json={**BODY, "customer_group_ids": [*ids, 987]})).status_code == 404
    made = (await marketer.post("/group-posts", json={**BODY, "customer_group_ids": ids[:1]})).json()
    at = f"/group-posts/{made['id']}"
    changed = await marketer.put(at, json={**BODY, "customer_group_ids": ids, "version": made["version"]})
    assert changed.status_code == 200, changed.text
    assert (await marketer.get(f"{at}/chosen")).json() == {"customer_group_ids": ids}
    row = (await marketer.get(at)).json()
    assert (row["state"], row["groups"], row["may_submit"]) == ("DRAFT", 3, True)
    assert (await marketer.get(f"{at}/audience")).json()["customers"] == 6
    assert (await marketer.post(f"{at}/submission", json={"version": row["version"]})).status_code == 200
    asked = await Approval.get(about=f"group_post:{made['id']}")
    await approvals.decide(round_.manager, asked.id, agree=True, version_seen=asked.version)
    await round_.morning()
    post = await round_.later(await GroupPost.get(id=made["id"]))
    await round_.confirm(await round_.task(post, town.wang.id))
    post = await round_.later(post, timedelta(minutes=16))
    marketer = await web.signed_in(round_.marketer)
    (row,) = (await marketer.get("/group-posts", params={"q": "讲堂", "state": "RUNNING"})).json()["items"]
    assert (row["sent"], row["waiting"], row["confirmed"]) == (2, 1, 1)
    tasks = (await marketer.get(f"{at}/tasks")).json()
    assert [(one["staff"], one["sent"], one["groups"]) for one in tasks] == [("李敏", 0, 1), ("王芳", 2, 2)]
    targets = (await marketer.get(f"{at}/targets", params={"state": "WAITING"})).json()
    assert [one["name"] for one in targets["items"]] == ["答疑"]
    done = (await marketer.post(f"{at}/reminders", json={"version": row["version"]})).json()
    assert done == {"reminded": 1, "left_out": 0}
    assert (await marketer.post(f"{at}/readings", json={"version": row["version"]})).json() == {"tasks": 1}
    assert (await marketer.post(f"{at}/cancellation", json={"version": row["version"]})).status_code == 200

    own = f"/group-post-tasks/{tasks[0]['id']}"
    assert (await (await web.signed_in(await make.acting(Role.SC, town.store))).get(own)).status_code == 404
    li = await web.signed_in(await staff_actor(town.li.id))
    task = (await li.get(own)).json()
    assert (task["is_own"], task["waits"], task["groups"]) == (True, False, ["答疑"])
    assert task["words"]["text"].startswith(town.store.short_name)
    assert (await li.get("/group-posts")).status_code == 403


async def test_another_stores_post_is_not_there(web: Web, town: Town):
    round_ = await make_round(town)
    post = await round_.draft()
    stranger = await web.signed_in(await make.acting(Role.MKT, await make.make_store()))
    assert (await stranger.get("/group-posts")).json()["items"] == []
    for path in ("", "/tasks", "/targets", "/chosen", "/audience"):
        assert (await stranger.get(f"/group-posts/{post.id}{path}")).status_code == 404
    for act in ("submission", "cancellation", "reminders"):
        answer = await stranger.post(f"/group-posts/{post.id}/{act}", json={"version": post.version})
        assert answer.status_code == 404
    assert (await stranger.get("/group-posts/groups", params={"store_id": town.store.id})).json()["items"] == []
