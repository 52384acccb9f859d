"""An owner allows an estimate job by job; what they decline is asked about again, what belongs together stays so."""

from datetime import timedelta

import pytest

from crm_core.repair_orders import authorising, estimating
from crm_core.repair_orders.errors import EstimateChanged, JobsBelongTogether, LineNotFound, NothingAllowed
from crm_core.repair_orders.estimate_rules import Gap, OfferedJob, gap_in, group_of
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.papers.models import DeclinedWork, Estimate
from crm_core.repair_orders.rules import HeaderState, LineState
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop


def test_required_jobs_and_those_of_a_package_are_decided_together():
    assert group_of(None, is_required=False) == ""
    assert group_of(3, is_required=False) == "package:3"
    assert group_of(3, is_required=True) == group_of(None, is_required=True) == "required"
    jobs = [OfferedJob(1, "required"), OfferedJob(2, "required"), OfferedJob(3, ""), OfferedJob(4, "")]
    assert gap_in(jobs, {3}) is gap_in(jobs, {1, 2}) is gap_in(jobs, set()) is None
    assert gap_in(jobs, {1}) is Gap.TORN
    assert gap_in(jobs, {9}) is Gap.UNKNOWN
    assert gap_in(jobs, {1, 2, 3, 4}) is Gap.NOTHING_LEFT


async def _offered(shop: Workshop, *, is_required: bool = False) -> int:
    order = await shop.inspected()
    wanted = [WantedLine(item.id, is_required=is_required) for item in (shop.service, shop.pads)]
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(14))
    await estimating.send_estimate(shop.advisor, order.id)
    estimated: int = order.id
    return estimated


async def test_what_is_declined_is_no_work_and_is_asked_about_again(database: None):
    shop = await make_workshop()
    order = await shop.estimated(shop.service, shop.pads)
    service, pads = await shop.lines(order)
    with pytest.raises(EstimateChanged):
        await authorising.authorise_estimate(shop.owner, order.id, 7, declined={pads.id})
    with pytest.raises(LineNotFound):
        await authorising.authorise_estimate(shop.owner, order.id, 1, declined={pads.id + 1000})
    with pytest.raises(NothingAllowed):
        await authorising.authorise_estimate(shop.owner, order.id, 1, declined={service.id, pads.id})
    estimate = await authorising.authorise_estimate(shop.owner, order.id, 1, declined={pads.id})
    assert (estimate.owner_total_fen, estimate.allowed_fen) == (service.total_fen + pads.total_fen, service.total_fen)
    assert [line.state for line in await shop.lines(order)] == [LineState.AUTHORISED, LineState.DECLINED]
    assert (await shop.now(order)).state is HeaderState.AUTHORISED
    declined = await DeclinedWork.get(line_id=pads.id)
    assert (declined.price_fen, declined.follow_up_on) == (pads.total_fen, clock.today() + timedelta(days=30))


async def test_required_jobs_are_not_torn_apart(database: None):
    shop = await make_workshop()
    order_id = await _offered(shop, is_required=True)
    first = (await Estimate.get(repair_order_id=order_id)).lines[0]
    with pytest.raises(JobsBelongTogether):
        await authorising.authorise_estimate(shop.owner, order_id, 1, declined={int(str(first["line_id"]))})
    allowed = await authorising.authorise_estimate(shop.owner, order_id, 1)
    assert allowed.allowed_fen == allowed.owner_total_fen


async def test_the_page_shows_what_was_taken_and_the_desk_records_the_same(web: Web):
    shop = await make_workshop()
    order_id = await _offered(shop)
    owner, advisor = await web.signed_in(shop.owner), await web.signed_in(shop.advisor)
    shown = (await owner.get(f"/repair-orders/{order_id}/estimate")).json()
    assert ([line["group"] for line in shown["lines"]], shown["left_fen"], shown["declined_line_ids"]) == (
        ["", ""],
        None,
        [],
    )
    service, pads = (line["line_id"] for line in shown["lines"])
    door = f"/repair-orders/{order_id}/estimate/authorisation"
    all_of_it = await owner.post(door, json={"version": 1, "declined_line_ids": [service, pads]})
    assert (all_of_it.status_code, all_of_it.json()["error"]["code"]) == (422, "nothing_allowed")
    said_at = (clock.now()).isoformat()
    said = {"how": "phone", "said_at": said_at, "words": "先做保养", "estimate_version": 1}
    kept = await advisor.post(door, json=said | {"declined_line_ids": [pads]})
    assert kept.status_code == 200, kept.text
    assert (kept.json()["estimate"]["allowed_fen"], kept.json()["estimate"]["owner_total_fen"]) == (668_00, 1_636_00)
    after = (await owner.get(f"/repair-orders/{order_id}/estimate")).json()
    assert (after["state"], after["allowed_fen"], after["declined_line_ids"]) == ("AUTHORISED", 668_00, [pads])
    assert (await Estimate.get(repair_order_id=order_id)).evidence_note.endswith("先做保养")
