"""施工: clock on, pause, resume, finish with a photo, check. A technician works on only one job at a time."""

from dataclasses import replace

from tortoise.exceptions import IntegrityError

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.repair_orders import notices, rules
from crm_core.repair_orders.errors import AlreadyClockedOn, BayOccupied, ChecksNotPossible, PhotoMissing
from crm_core.repair_orders.events import JobStarted, WorkStarted
from crm_core.repair_orders.models import RepairLine, RepairOrder, TimeEntry
from crm_core.repair_orders.order import Media, event_facts, take_by_line, take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.part_asks.asking import lapse
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

_PAUSE_WORDS = {PauseReason.WAIT_PARTS: "等配件", PauseReason.WAIT_OWNER: "等车主", PauseReason.OTHER: "其他"}
_RESUME_WORDS = {LineState.PAUSED: ("继续", "继续"), LineState.QC_FAIL: ("返工", "复检处理")}
"""How the log and how the owner's timeline say that a job goes on."""


async def clock_on(
    actor: Actor, line_id: int, *, photos: Media = (), expected_version: int | None = None
) -> RepairLine:
    """打卡: begin a job or its rework, or resume it after a pause.

    Raises:
        AlreadyClockedOn: the technician is working on another job; the details name it.
        BayOccupied: another car in the bay is not finished.
        IllegalMove: the job is not authorised and dispatched.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.work", expected_version=expected_version)
        is_first = not hand.in_state(*rules.STARTED)
        was = line.state
        hand.move(line, "resume" if was is LineState.PAUSED else "start")
        await _require_free_bay(line)
        await open_entry(actor, line, is_rework=line.fail_count > 0)
        line.started_at = line.started_at or clock.now()
        line.parts_expected_at = None
        words, shown = _RESUME_WORDS.get(was, ("开工", "开工"))
        await hand.note(
            actor,
            "work_resumed" if was in _RESUME_WORDS else "work_started",
            f"{actor.name} {words} {line.name}",
            owner_text=f"{line.name}{shown}",
            node=OwnerNode.N5,
            media=photos,
        )
        await notices.close_card(Ref("job", line.id), "job_dispatched", "start", actor)
        facts = event_facts(actor, hand.order)
        # The customer's timeline does not show every job, only the first start and the end.
        started = JobStarted(**facts, line_id=line.id, line_name=line.name)
        await record(replace(started, customer_id=None))
        if is_first:
            await record(WorkStarted(**facts))
            await notices.tell_progress(hand.order, "started", technician=actor.name)
        return line


async def pause(actor: Actor, line_id: int, reason: PauseReason, *, expected_version: int | None = None) -> RepairLine:
    """Pause a job and stop the clocks of all on it. To wait for parts use `wait_for_parts`, which needs a time.

    Raises:
        IllegalMove: nobody is working on it.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.work", expected_version=expected_version)
        hand.move(line, "pause")
        line.pause_reason = reason
        await close_entry(line)
        await hand.note(actor, "work_paused", f"{actor.name} 暂停 {line.name}：{_PAUSE_WORDS[reason]}")
        return line


async def add_photos(actor: Actor, line_id: int, photos: Media) -> RepairLine:
    """施工照片: add photos while the work is going on.

    Raises:
        PhotoMissing: there is no photo.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.work")
        if not photos:
            raise PhotoMissing
        labels = "、".join(dict.fromkeys(photo.get("label", "照片") for photo in photos))
        await hand.note(
            actor,
            "photos_added",
            f"{line.name} {labels}",
            owner_text=f"{line.name} {labels}",
            node=OwnerNode.N5,
            media=photos,
        )
        return line


async def finish_line(
    actor: Actor, line_id: int, photos: Media, *, is_self_checked: bool = True, expected_version: int | None = None
) -> RepairLine:
    """Finish a job with at least one photo, for all who work on it. The parts handed out for it count as fitted.

    Raises:
        PhotoMissing: there is no photo.
        ChecksNotPossible: the technician has not checked their own work.
        PartsNotIssued: a part it needs was never handed out.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.work", expected_version=expected_version)
        hand.move(line, "finish")
        if not photos:
            raise PhotoMissing
        if not is_self_checked:
            raise ChecksNotPossible("完成前请先自检。")
        await parts.use_for_line(line.id)
        await lapse([line.id])
        await close_entry(line)
        line.finished_at = clock.now()
        await hand.note(
            actor,
            "line_finished",
            f"{actor.name} 完成 {line.name}，自检 ✓",
            owner_text=f"{line.name}完成",
            node=OwnerNode.N5,
            media=photos,
        )
        return line


async def tick_checks(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> RepairOrder:
    """互检: a technician of the order or the controller has checked all jobs; the car waits for the final inspection.

    Raises:
        ChecksNotPossible: a job is not done yet.
        StaleVersion.
    """
    async with database.transaction():
        action = "repair_orders.work" if await _is_technician_of(actor, repair_order_id) else "repair_orders.dispatch"
        hand = await take_to_work(actor, repair_order_id, action, expected_version=expected_version)
        open_states = set(LineState) - {LineState.DONE, LineState.QC_OK} - rules.ENDED_WITHOUT_WORK
        if hand.in_state(*open_states) or not hand.in_state(LineState.DONE):
            raise ChecksNotPossible
        hand.order.checks_ticked_at = clock.now()
        await hand.note(
            actor, "checks_ticked", f"{actor.name} 互检 ✓，待质检", owner_text="全部项目完成，质检中", node=OwnerNode.N8
        )
        return hand.order


async def close_entry(line: RepairLine, *, technician_id: int | None = None) -> None:
    """Stop the clocks on a line: of everybody who works on it, or of one of them."""
    running = TimeEntry.filter(line_id=line.id, ended_at=None)
    if technician_id is not None:
        running = running.filter(technician_id=technician_id)
    await running.update(ended_at=clock.now())


async def open_entry(actor: Actor, line: RepairLine, *, is_rework: bool) -> None:
    """Start a technician's clock on a line.

    Raises:
        AlreadyClockedOn: it runs on a line already.
    """
    try:
        async with database.savepoint():
            await TimeEntry.create(
                repair_order_id=line.repair_order_id,
                line_id=line.id,
                technician_id=actor.id,
                started_at=clock.now(),
                is_rework=is_rework,
            )
    except IntegrityError as error:
        # The technician tapped on two phones at once; the unique index accepted only one of them.
        other = await TimeEntry.filter(technician_id=actor.id, ended_at=None).first()
        raise AlreadyClockedOn(line_id=other.line_id if other else None) from error


async def _require_free_bay(line: RepairLine) -> None:
    """Check that no other car is in the line's bay, being worked on or paused. A car that waits for parts does not
    count, since it was driven out.

    Raises:
        BayOccupied: another car is in the bay.
    """
    if line.bay_id is None:
        return
    await database.advisory_lock(f"plan_of_bay:{line.bay_id}")
    there = await RepairLine.filter(bay_id=line.bay_id, state__in=[LineState.WORKING, LineState.PAUSED]).exclude(
        repair_order_id=line.repair_order_id
    )
    in_the_way = next((other for other in there if other.pause_reason is not PauseReason.WAIT_PARTS), None)
    if in_the_way is not None:
        raise BayOccupied(repair_order_id=in_the_way.repair_order_id)


async def _is_technician_of(actor: Actor, repair_order_id: int) -> bool:
    return await RepairLine.exists(repair_order_id=repair_order_id, technician_id=actor.id)
