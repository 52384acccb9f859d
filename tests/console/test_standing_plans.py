"""定期计划 through its endpoints, from the rule to the run."""

from datetime import timedelta

from campaigns.standing_plans import running
from campaigns.standing_plans.rules import PlanState
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from foundation import clock
from tests import factories as make
from tests.campaigns.broadcasts.house import make_house
from tests.fixtures.web import Web

MONDAYS = {"rhythm": "WEEKLY", "at": "10:00", "weekday": 1}


async def test_a_marketer_makes_a_plan_and_its_runs_can_be_read(web: Web):
    house = await make_house(5)
    pattern = await house.draft(starts_at=None)
    marketer = await web.signed_in(house.marketer)
    seen = (await marketer.post("/standing-plans/preview", json=MONDAYS)).json()
    assert (seen["rule"], len(seen["next_moments"])) == ("每周一 10:00", 5)
    body = {**MONDAYS, "name": "周一唤醒", "pattern_id": pattern.id, "budget_fen": 40_000_00}
    made = (await marketer.post("/standing-plans", json=body)).json()
    at = f"/standing-plans/{made['id']}"
    assert (await marketer.put(at, json={**body, "name": "周一回店", "version": made["version"]})).status_code == 200
    plan = (await marketer.get(at)).json()
    assert (await marketer.post(f"{at}/submission", json={"version": plan["version"]})).status_code == 200
    asked = await Approval.get(about=f"standing_plan:{made['id']}")
    assert asked.title == "周一回店（每周一 10:00）"
    await approvals.decide(house.manager, asked.id, agree=True, version_seen=asked.version)
    await clock.set_to(clock.at(make.MONDAY + timedelta(days=7), 10))
    await running.run_due()
    marketer = await web.signed_in(house.marketer)
    (run,) = (await marketer.get(f"{at}/runs")).json()
    assert (run["state"], run["broadcast_name"]) == ("STARTED", "周一回店 11月30日")
    (row,) = (await marketer.get("/standing-plans")).json()
    assert (row["state"], row["runs"], len(row["next_moments"])) == ("ACTIVE", 1, 5)
    for act, state in (("pause", PlanState.PAUSED), ("resumption", PlanState.ACTIVE), ("end", PlanState.ENDED)):
        plan = (await marketer.get(at)).json()
        assert (await marketer.post(f"{at}/{act}", json={"version": plan["version"]})).status_code == 200
        assert (await marketer.get(at)).json()["state"] == state
