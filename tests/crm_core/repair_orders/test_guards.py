"""What must never happen in the workshop is refused by the verbs, and also by the constraints of the tables."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Bay, BayKind, Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.parts.errors import PartsNotIssued
from crm_core.repair_orders import (
    authorising,
    billable,
    dispatching,
    estimating,
    jobs,
    material,
    opening,
    placing,
    promises,
    quality,
    work,
)
from crm_core.repair_orders.errors import (
    AlreadyClockedOn,
    BayNotSuitable,
    CannotVoid,
    EstimateChanged,
    EvidenceMissing,
    GoodwillNeedsManager,
    InspectionIncomplete,
    MileageNeedsReason,
    OrderAlreadyOpen,
    PhotoMissing,
    PromiseInThePast,
    RoadTestMissing,
    TechnicianNotSuitable,
)
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.inspection import InspectionPhoto, pre_inspect
from crm_core.repair_orders.models import QualityCheck, RepairLine, RepairOrder, TimeEntry
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.vehicles.models import Powertrain, VehicleModel
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.workshop import CHECKED, PHOTO, POSITIONS, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def test_one_open_order_per_car_and_store():
    shop = await make_workshop()
    opened = await asyncio.gather(*(shop.opened() for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(answer, RepairOrder) for answer in opened) == 1
    assert sum(isinstance(answer, OrderAlreadyOpen) for answer in opened) == 4


async def test_an_odometer_that_falls_needs_a_reason():
    shop = await make_workshop()
    facts = {"store_id": shop.store.id, "customer_id": shop.customer.id, "vehicle_id": shop.vehicle.id}
    with pytest.raises(MileageNeedsReason):
        await opening.open_walk_in(shop.advisor, **facts, mileage_km=9_000, complaint="保养")
    order = await opening.open_walk_in(
        shop.advisor, **facts, mileage_km=9_000, mileage_reason="换过仪表", complaint="保养"
    )
    assert order.state is HeaderState.OPENED


async def test_a_walk_around_shows_every_corner_and_is_signed_before_an_estimate():
    shop = await make_workshop()
    order = await shop.opened()
    corners = [InspectionPhoto(position, PHOTO["key"]) for position in POSITIONS]
    with pytest.raises(InspectionIncomplete) as refusal:
        await pre_inspect(shop.advisor, order.id, energy_percent=60, photos=corners[1:5])
    assert refusal.value.details["missing"] == ["左前角", "再拍 1 张", "提醒带走贵重物品", "铺好防护件"]
    await pre_inspect(
        shop.advisor, order.id, energy_percent=60, photos=corners, valuables_reminded=True, covers_on=True
    )
    with pytest.raises(IllegalMove):
        await estimating.make_estimate(
            shop.advisor, order.id, [WantedLine(shop.service.id)], clock.now() + timedelta(hours=1)
        )


async def test_no_work_before_the_owner_allowed_it():
    shop = await make_workshop()
    order = await shop.estimated()
    (line,) = await shop.lines(order)
    with pytest.raises(IllegalMove):
        await dispatching.dispatch(
            shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=shop.bay.id
        )
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(state=LineState.WORKING, technician_id=shop.technician.id)


async def test_a_new_version_makes_the_older_estimate_void():
    shop = await make_workshop()
    order = await shop.estimated()
    await estimating.make_estimate(
        shop.advisor, order.id, [WantedLine(shop.service.id), WantedLine(shop.pads.id)], make.slot(12, 30)
    )
    await estimating.send_estimate(shop.advisor, order.id)
    with pytest.raises(EstimateChanged):
        await authorising.authorise_estimate(shop.owner, order.id, 1)
    await authorising.authorise_estimate(shop.owner, order.id, 2)
    assert (await shop.now(order)).first_promised_at == make.slot(12, 30)


async def test_work_allowed_on_paper_or_by_phone_rests_on_evidence():
    shop = await make_workshop()
    order = await shop.estimated()
    with pytest.raises(EvidenceMissing):
        await authorising.record_authorisation(shop.advisor, order.id, 1, Evidence("phone", words="做吧"))
    with pytest.raises(EvidenceMissing):
        await authorising.record_authorisation(shop.advisor, order.id, 1, Evidence("paper"))
    assert (await shop.now(order)).state is HeaderState.ESTIMATED
    call = Evidence("phone", said_at=clock.now(), words="做吧，中午来取")
    estimate = await authorising.record_authorisation(shop.advisor, order.id, 1, call)
    (line,) = await shop.lines(order)
    told = "11月23日 09:30 说：做吧，中午来取"
    assert [estimate.evidence_note, line.evidence_note, line.decided_how] == [told, told, "phone"]
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(evidence_note="")


async def test_a_price_never_rises_above_what_was_allowed():
    shop = await make_workshop()
    order = await shop.authorised()
    (line,) = await shop.lines(order)
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(parts_fen=line.parts_fen + 1)
    await RepairLine.filter(id=line.id).update(parts_fen=line.parts_fen - 1)


async def test_goodwill_is_the_managers_to_give():
    shop = await make_workshop()
    order = await shop.inspected()
    wanted = [WantedLine(shop.service.id, Payer.G)]
    with pytest.raises(GoodwillNeedsManager):
        await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(11, 30))
    await make.acting(Role.GM, shop.store)
    estimate = await estimating.make_estimate(shop.manager, order.id, wanted, make.slot(11, 30))
    assert estimate.owner_total_fen == 0


async def test_dispatch_refuses_whom_it_should_and_says_why():
    shop = await make_workshop()
    order = await shop.authorised()
    (line,) = await shop.lines(order)
    apprentice = await make.acting(Role.TEC, shop.store, name="小吴", skills=[])
    with pytest.raises(TechnicianNotSuitable) as refusal:
        await dispatching.dispatch(
            shop.controller, order.id, [line.id], technician_id=apprentice.id, bay_id=shop.bay.id
        )
    assert refusal.value.text == "小吴没有这项技能，不能派"
    body_bay = await Bay.create(store_id=shop.store.id, name="钣金1", kind=BayKind.BODY)
    with pytest.raises(BayNotSuitable):
        await dispatching.dispatch(
            shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=body_bay.id
        )
    with pytest.raises(NotAllowed):
        await dispatching.dispatch(
            shop.advisor, order.id, [line.id], technician_id=shop.technician.id, bay_id=shop.bay.id
        )
    choices = await placing.recommend(order, line)
    assert [choice.technician_name for choice in choices] == ["陈志强", "小吴"]
    assert choices[0].bay_name.startswith("GENE")


async def test_an_electric_car_needs_the_certificate():
    shop = await make_workshop()
    await VehicleModel.filter(id=shop.vehicle.model_id).update(powertrain=Powertrain.BEV)
    order = await shop.authorised()
    (line,) = await shop.lines(order)
    bay = await Bay.get(store_id=shop.store.id, kind=BayKind.EV)
    assert line.bay_kind is BayKind.EV
    with pytest.raises(TechnicianNotSuitable):
        await dispatching.dispatch(
            shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=bay.id
        )


async def test_a_dispatch_is_undone_until_work_begins():
    shop = await make_workshop()
    order = await shop.dispatched()
    (line,) = await shop.lines(order)
    assert (await dispatching.undo_dispatch(shop.controller, line.id)).state is HeaderState.AUTHORISED
    await dispatching.dispatch(
        shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=shop.bay.id
    )
    await work.clock_on(shop.technician, line.id)
    with pytest.raises(IllegalMove):
        await dispatching.undo_dispatch(shop.controller, line.id)


async def test_one_technician_is_on_one_job_at_a_time():
    shop = await make_workshop()
    order = await shop.dispatched(shop.service, shop.pads)
    first, second = await shop.lines(order)
    taps = await asyncio.gather(
        work.clock_on(shop.technician, first.id),
        work.clock_on(shop.technician, second.id),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, RepairLine) for answer in taps) == 1
    assert sum(isinstance(answer, AlreadyClockedOn) for answer in taps) == 1
    assert await TimeEntry.filter(ended_at=None).count() == 1
    with pytest.raises(NotAllowed):
        await work.clock_on(await make.acting(Role.TEC, shop.store), second.id)


async def test_a_job_is_finished_with_a_photo_and_its_parts():
    shop = await make_workshop()
    order = await shop.authorised()
    (line,) = await shop.lines(order)
    await dispatching.dispatch(
        shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=shop.bay.id
    )
    await work.clock_on(shop.technician, line.id)
    with pytest.raises(PhotoMissing):
        await work.finish_line(shop.technician, line.id, [])
    with pytest.raises(PartsNotIssued):
        await work.finish_line(shop.technician, line.id, [PHOTO])
    await material.issue_parts(shop.store_room, order.id)
    assert (await work.finish_line(shop.technician, line.id, [PHOTO])).state is LineState.DONE


async def test_nobody_inspects_their_own_work():
    shop = await make_workshop()
    order = await shop.to_inspect(shop.pads)
    both = await make.make_staff(Role.QC, shop.store, name="两用")
    await RepairLine.filter(repair_order_id=order.id).update(technician_id=both.id)
    from crm_core.dealerships.actors import staff_actor

    with pytest.raises(SameHands):
        await quality.pass_check(await staff_actor(both.id), order.id, was_road_tested=True, checklist=CHECKED)
    with pytest.raises(NotAllowed):
        await quality.pass_check(shop.technician, order.id, was_road_tested=True, checklist=CHECKED)
    with pytest.raises(IntegrityError):
        await QualityCheck.create(
            repair_order_id=order.id, line_id=1, inspector_id=5, technician_id=5, has_passed=True, at=clock.now()
        )


async def test_brakes_are_driven_before_they_pass():
    shop = await make_workshop()
    order = await shop.to_inspect(shop.pads)
    with pytest.raises(RoadTestMissing):
        await quality.pass_check(shop.inspector, order.id, checklist=CHECKED)


async def test_a_second_failed_check_reaches_the_service_manager():
    shop = await make_workshop()
    order = await shop.to_inspect(shop.pads)
    (line,) = await shop.lines(order)
    for _ in range(2):
        await quality.fail_check(shop.inspector, order.id, [line.id], "异响", [PHOTO])
        await shop.do_all(order)
    told = await database.fetch("SELECT staff_id FROM message WHERE template = 'quality_check_failed' ORDER BY id")
    first = [shop.technician.id, shop.controller.id]
    assert [row["staff_id"] for row in told] == [*first, *first, shop.manager.id]
    assert await TimeEntry.filter(line_id=line.id, is_rework=True).count() == 2
    lines = await billable.lines_of(await shop.now(order))
    assert lines == []  # Done is not enough: it is billed once it has passed.


async def test_an_order_is_void_only_before_anything_was_done():
    shop = await make_workshop()
    order = await shop.authorised()
    with pytest.raises(NotAllowed):
        await opening.void(shop.advisor, order.id, "录错车")
    assert (await opening.void(shop.manager, order.id, "录错车")).state is HeaderState.VOID
    again = await shop.in_work()
    with pytest.raises(CannotVoid):
        await opening.void(shop.manager, again.id, "录错车")


async def test_an_owner_may_end_the_work():
    shop = await make_workshop()
    order = await shop.in_work(shop.service, shop.pads)
    stopped = await opening.stop(shop.manager, order.id, "要赶飞机")
    assert (stopped.state, stopped.stopped_at is not None) == (HeaderState.QC_PENDING, True), "first it is made safe"
    assert await TimeEntry.filter(ended_at=None).count() == 0


async def test_a_promise_at_risk_is_told_once_and_answered_once():
    shop = await make_workshop()
    order = await shop.in_work()
    await clock.set_to(make.slot(11, 5))
    await jobs.warn_of_promises()
    await jobs.warn_of_promises()
    told = await database.fetch("SELECT staff_id FROM message WHERE template = 'promise_at_risk' ORDER BY id")
    assert [row["staff_id"] for row in told] == [shop.advisor.id, shop.controller.id]
    await promises.keep_promise(shop.advisor, order.id)
    with pytest.raises(IllegalMove):
        await promises.keep_promise(shop.controller, order.id)
    with pytest.raises(PromiseInThePast):
        await promises.change_promise(shop.advisor, order.id, make.slot(10, 0), "等配件")
    moved = await promises.change_promise(shop.advisor, order.id, make.slot(12, 30), "等配件")
    assert (moved.first_promised_at, moved.promise_reason) == (make.slot(11, 30), "等配件")


async def test_a_stale_page_is_refused_with_the_current_state():
    shop = await make_workshop()
    order = await shop.authorised()
    with pytest.raises(StaleVersion) as refusal:
        await opening.void(shop.manager, order.id, "录错车", expected_version=1)
    assert order.promised_finish_at is not None
    assert refusal.value.details == {
        "current_version": order.version,
        "current_state": "AUTHORISED",
        "promised_finish_at": order.promised_finish_at.isoformat(),
        "last_change": "车主授权 v1（小程序）",
    }


async def test_promising_the_time_that_is_promised_already_changes_and_tells_nothing():
    shop = await make_workshop()
    order = await shop.authorised()
    told = await Message.all().count()
    assert order.promised_finish_at is not None
    same = await promises.change_promise(shop.advisor, order.id, order.promised_finish_at, "增项")
    assert same.version == order.version
    assert await Message.all().count() == told
