"""What stands beside the progress over HTTP: loan car, ways to be told, the one question and the advisor's code."""

from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_the_owner_reads_it_in_one_answer_and_says_no_once(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    owner = await web.signed_in(shop.owner)
    beside = (await owner.get(f"/repair-orders/{order.id}/beside")).json()
    assert beside["lent"] == []
    assert [way["notice"] for way in beside["ways"]] == ["S-PROGRESS", "S-EXTRA", "S-BILL"]
    assert (beside["ask"]["kind"], beside["ask"]["is_agreed"]) == ("FRIEND", False)
    said = {"kind": "FRIEND", "answer": "NO"}
    answered = await owner.post(f"/repair-orders/{order.id}/reach-answers", json=said)
    assert (answered.status_code, answered.json()["kind"]) == (201, None)
    again = await owner.post(f"/repair-orders/{order.id}/reach-answers", json=said)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "reach_not_to_be_asked")
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(shop.store)))
    assert (await stranger.get(f"/repair-orders/{order.id}/beside")).status_code == 404
    assert (await stranger.put(f"/repair-orders/{order.id}/advisor-code")).status_code == 404
