"""The work: dispatch, parts, what is found on the way, the final inspection and its rework."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from app.demo_data import STORY_BEGINS
from app.seed.living.visit import Hands, Moments, Until, Visit
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.parts.models import PartRequest
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import (
    additional_work,
    deciding,
    dispatching,
    material,
    opening,
    placing,
    quality,
    work,
)
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.errors import AlreadyClockedOn, BayOccupied
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.part_asks import asking as asking_parts
from crm_core.repair_orders.quality_rules import POINTS, Checked
from crm_core.repair_orders.rules import LineState
from crm_core.repair_orders.together import joining, passing_on
from foundation import clock
from foundation.errors import Refused

_MEASURED: Final = {"N·m": "110", "kPa": "240/240/235/235"}


async def dispatch(visit: Visit) -> None:
    """Give each job to the technician the rules recommend, as far as they belong to the crew."""
    controller = visit.crew.next(Role.WC)
    order = await RepairOrder.get(id=visit.order_id)
    for line in await visit.lines(LineState.AUTHORISED):
        for choice in await placing.recommend(order, line):
            technician_id = choice.recommendation.technician_id
            is_ours = visit.crew.by_id(Role.TEC, technician_id) is not None
            if is_ours and choice.recommendation.is_eligible and choice.bay_id is not None:
                await dispatching.dispatch(
                    controller, visit.order_id, [line.id], technician_id=technician_id, bay_id=choice.bay_id
                )
                break


async def do_the_work(visit: Visit) -> Moments:
    if visit.until is Until.WAIT_PARTS:
        wanted = await PartRequest.filter(repair_order_id=visit.order_id, state=RequestState.RESERVED).first()
        if wanted is not None:
            await material.back_order_part(visit.crew.next(Role.PRT), wanted.id, visit.delivery())
    if await PartRequest.exists(repair_order_id=visit.order_id, state=RequestState.RESERVED):
        await material.issue_parts(visit.crew.next(Role.PRT), visit.order_id)
    has_found = False
    while lines := await visit.lines(LineState.ASSIGNED, LineState.QC_FAIL):
        line = lines[0]
        async for moment in _begin(visit, line):
            yield moment
        if visit.until is Until.WAIT_PARTS:
            yield clock.now() + timedelta(minutes=12)
            await material.wait_for_parts(visit.doer(line), line.id, visit.delivery())
            return
        if visit.extra and not has_found:
            has_found = True
            yield clock.now() + timedelta(minutes=8)
            await _find(visit, line)
            if visit.until is Until.WAIT_OWNER:
                return
            yield clock.now() + timedelta(minutes=6)
            await _decide(visit)
        if visit.until is Until.IN_PROGRESS:
            async for moment in _in_several_hands(visit, line):
                yield moment
            return
        if visit.until is Until.STOPPED:
            yield clock.now() + timedelta(minutes=10)
            await opening.stop(visit.crew.next(Role.SVM), visit.order_id, "车主临时有急事，剩下的改天做")
            for unused in await PartRequest.filter(repair_order_id=visit.order_id, state=RequestState.ISSUED):
                await material.take_back_part(visit.crew.next(Role.PRT), unused.id)
            return
        yield clock.now() + timedelta(minutes=round(line.minutes * _pace(visit)))
        await work.finish_line(visit.doer(line), line.id, [await visit.photo(line, is_after=True)])
        if await visit.lines(LineState.AUTHORISED):
            await dispatch(visit)
            if await PartRequest.exists(repair_order_id=visit.order_id, state=RequestState.RESERVED):
                await material.issue_parts(visit.crew.next(Role.PRT), visit.order_id)
    yield clock.now() + timedelta(minutes=2)
    await work.tick_checks(visit.crew.next(Role.WC), visit.order_id)
    if visit.until is Until.QC_PENDING:
        return
    yield clock.now() + timedelta(minutes=5)
    if visit.fails_check or visit.until is Until.REWORK:
        visit.fails_check = False
        await _fail(visit)
        if visit.until is Until.REWORK:
            return
        async for moment in do_the_work(visit):
            yield moment
        return
    await quality.pass_check(
        visit.inspector(await visit.lines(LineState.DONE)),
        visit.order_id,
        checklist=[Checked(point.name, measured=_MEASURED.get(point.unit, "")) for point in POINTS],
        was_road_tested=True,
    )


def _pace(visit: Visit) -> float:
    """What a job took of its planned time: this morning, so that it is through by ten; before, as people work."""
    if clock.local(visit.arrives).date() == date(*STORY_BEGINS[:3]):
        return 0.55
    return 0.86 + visit.number * 7 % 30 / 100


async def _begin(visit: Visit, line: RepairLine) -> Moments:
    """Clock on as soon as the technician and the lift are free of other cars."""
    start = max(clock.now() + timedelta(minutes=2), line.planned_starts_at or clock.now())
    for attempt in range(20):
        yield start + timedelta(minutes=7 * attempt)
        try:
            await work.clock_on(visit.doer(line), line.id, photos=[await visit.photo(line, is_after=False)])
        except (AlreadyClockedOn, BayOccupied):
            continue
        return


async def _in_several_hands(visit: Visit, line: RepairLine) -> Moments:
    """A colleague joins a job and needs something for it, or goes on with it, if one of the crew can."""
    if visit.hands is Hands.OWN:
        return
    yield clock.now() + timedelta(minutes=9)
    running = await RepairLine.get(id=line.id)
    if running.state is not LineState.WORKING:
        return
    doer = visit.doer(running)
    for colleague in visit.crew.people(Role.TEC):
        with suppress(Refused):
            if visit.hands is Hands.TOGETHER:
                await joining.join(colleague, line.id)
                await asking_parts.ask(colleague, line.id, "尼龙扎带", 4)
                return
            await passing_on.pass_on(
                doer, line.id, technician_id=colleague.id, note="机油已放完，滤芯还没装，螺丝在托盘里"
            )
            return


async def _find(visit: Visit, line: RepairLine) -> None:
    findings = [
        Finding(
            each.finding,
            each.urgency,
            await _shown(visit, each.photo),
            item_id=visit.catalogue.ids((each.code,))[0],
        )
        for each in visit.extra
    ]
    sheet = await additional_work.propose(
        visit.doer(line), visit.order_id, findings,
        pauses_line_id=line.id if visit.until is Until.WAIT_OWNER else None,
    )  # fmt: skip
    found = await RepairLine.filter(additional_work_id=sheet.id).order_by("id")
    await additional_work.price(visit.advisor, sheet.id, [_priced(visit, each) for each in found])
    await additional_work.send(visit.advisor, sheet.id)
    visit.sheet_id, visit.sheet_lines = sheet.id, [each.id for each in found]


def _priced(visit: Visit, found: RepairLine) -> ItemPrice:
    """As the catalogue has it; what is found behind an insured damage is paid by the insurer as well."""
    if visit.payer is not Payer.I:
        return ItemPrice(found.id)
    bears_fen = min(5_000, found.total_fen)
    return ItemPrice(found.id, is_insured=True, payer_approval_number="DS-440305-772", deductible_fen=bears_fen)


async def _shown(visit: Visit, subject: str) -> list[dict[str, str]]:
    """The technician's pictures of a finding: a photo, and for brake pads also a film of the wobbling disc."""
    photo = {"key": await visit.album.of(subject, visit.number), "label": "发现"}
    return [photo, {"key": await visit.album.film(), "label": "转动"}] if subject == "pads" else [photo]


async def _decide(visit: Visit) -> None:
    said = {line_id: each.decision for line_id, each in zip(visit.sheet_lines, visit.extra, strict=True)}
    if visit.car.has_mini_program:
        sheet = await AdditionalWork.get(id=visit.sheet_id)
        signature = await visit.album.signature(visit.number % 9)
        await deciding.decide(visit.car.owner, sheet.id, sheet.version, said, decline_signature=signature)
    else:
        await deciding.record_decision(visit.advisor, visit.sheet_id, said, await visit.on_paper())


async def _fail(visit: Visit) -> None:
    done = await visit.lines(LineState.DONE)
    photo = {"key": await visit.album.of("torque", visit.number), "label": "没过"}
    await quality.fail_check(
        visit.inspector(done),
        visit.order_id,
        [done[0].id],
        "右前轮螺丝扭力不够",
        [photo],
        checklist=[Checked("螺丝扭力", measured="84")],
    )
