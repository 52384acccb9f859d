"""质检, 洗车, 完工: nobody inspects their own work, and the owner is told openly about rework."""

from collections.abc import Sequence

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import SameHands
from crm_core.repair_orders import moving_promises, notices, promise_rules, quality_rules, rules
from crm_core.repair_orders.errors import CheckPointsMissing, LineNotFound, ReasonMissing, RoadTestMissing
from crm_core.repair_orders.events import QualityChecked, RepairOrderReady
from crm_core.repair_orders.models import QualityCheck, RepairLine, RepairOrder, TimeEntry
from crm_core.repair_orders.order import Media, OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.quality_rules import Checked
from crm_core.repair_orders.rules import LineState
from foundation import clock, database
from foundation.events import record


async def pass_check(
    actor: Actor,
    repair_order_id: int,
    *,
    checklist: Sequence[Checked] = (),
    was_road_tested: bool = False,
    photos: Media = (),
    expected_version: int | None = None,
) -> RepairOrder:
    """终检通过: all finished lines pass the final inspection, and a car whose work was stopped half-way can be driven.
    Each point was ticked, or does not apply.

    Raises:
        SameHands: the inspector worked on the order.
        CheckPointsMissing: of a point nothing was said.
        RoadTestMissing: brakes or steering were worked on, and there was no road test.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        hand = await _to_inspect(actor, repair_order_id, expected_version, "pass_qc")
        missing = quality_rules.unanswered(checklist)
        if missing:
            raise CheckPointsMissing(f"还没检查：{'、'.join(missing)}。每项打勾，或选不适用。")
        noted = _noted(checklist)
        lines = hand.in_state(LineState.DONE)
        is_unsafe = hand.facts().is_to_be_made_safe
        touched = [line for line in hand.lines if is_unsafe and rules.was_left_half_done(line.state, line.started_at)]
        if any(line.needs_road_test for line in [*lines, *touched]) and not was_road_tested:
            raise RoadTestMissing
        for line in lines:
            hand.move(line, "pass_qc")
            await _keep(actor, line, True, "", noted, was_road_tested, photos)
        for line in touched:
            await _keep(actor, line, True, "", noted, was_road_tested, photos)
        hand.order.quality_passed_at = clock.now()
        safe = "，车辆能安全行驶" if is_unsafe else ""
        if is_unsafe:
            hand.order.made_safe_at = clock.now()
        await hand.note(
            actor,
            "quality_passed",
            f"质检通过 {actor.name}{safe}",
            owner_text=f"质检通过{safe}",
            node=OwnerNode.N8,
            media=photos,
        )
        await _tell_checked(actor, hand, has_passed=True)
        return hand.order


async def fail_check(
    actor: Actor,
    repair_order_id: int,
    line_ids: Sequence[int],
    reason: str,
    photos: Media,
    *,
    checklist: Sequence[Checked] = (),
    expected_version: int | None = None,
) -> RepairOrder:
    """质检没过: the lines go back to their technician. The time of rework is measured but never billed.

    Raises:
        ReasonMissing: there is no reason or no photo.
        CheckPointsMissing: something that was ticked is no point of the inspection.
        SameHands, LineNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        hand = await _to_inspect(actor, repair_order_id, expected_version, "fail_qc")
        if not reason or not photos:
            raise ReasonMissing
        failed = [hand.line(line_id) for line_id in dict.fromkeys(line_ids)]
        if not failed:
            raise LineNotFound("请选择没过的项目。")
        noted = _noted(checklist)
        for line in failed:
            hand.move(line, "fail_qc")
            line.fail_count += 1
            await _keep(actor, line, False, reason, noted, False, photos)
        hand.order.rework_count += 1
        hand.order.checks_ticked_at = None
        names = "、".join(line.name for line in failed)
        await hand.note(
            actor,
            "quality_failed",
            f"质检没过 {names}：{reason}",
            owner_text="质检复检中",
            node=OwnerNode.N8,
        )
        for line in failed:
            await notices.tell_failed_check(hand.order, line, actor.name, reason, len(photos))
        await _tell_checked(actor, hand, has_passed=False)
        await moving_promises.move_for_rework(hand)
        return hand.order


async def start_wash(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> RepairOrder:
    """洗车: begin the wash, for owners who want one."""
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.finish", expected_version=expected_version)
        hand.require("wash")
        hand.order.wash_started_at = clock.now()
        await hand.note(actor, "washing", "洗车中", owner_text="洗车中", node=OwnerNode.N9)
        return hand.order


async def mark_ready(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> RepairOrder:
    """完工: the car is ready, and the owner is told that they can come."""
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.finish", expected_version=expected_version)
        hand.require("mark_ready")
        order = hand.order
        order.ready_at = clock.now()
        await hand.note(actor, "ready", "完工，可以交车", owner_text="已完工，可以来取车", node=OwnerNode.N9)
        on_time = order.first_promised_at is None or promise_rules.was_on_time(order.ready_at, order.first_promised_at)
        await record(RepairOrderReady(**event_facts(actor, order), was_on_time=on_time))
        await notices.tell_progress(order, "ready")
        return order


async def _to_inspect(actor: Actor, repair_order_id: int, expected_version: int | None, action: str) -> OrderInHand:
    hand = await take(actor, repair_order_id, "repair_orders.check_quality", expected_version=expected_version)
    hand.require(action)
    clocked = await TimeEntry.filter(repair_order_id=repair_order_id).values_list("technician_id", flat=True)
    doers = {int(str(technician_id)) for technician_id in clocked}
    doers |= {line.technician_id for line in hand.lines if line.technician_id is not None}
    if not rules.may_inspect(actor.id, doers):
        raise SameHands
    return hand


def _noted(checklist: Sequence[Checked]) -> list[str]:
    if quality_rules.unknown(checklist):
        raise CheckPointsMissing(f"没有这个检查项：{'、'.join(quality_rules.unknown(checklist))}。")
    return quality_rules.written(checklist)


async def _keep(
    actor: Actor,
    line: RepairLine,
    has_passed: bool,
    reason: str,
    checklist: Sequence[str],
    was_road_tested: bool,
    photos: Media,
) -> None:
    await QualityCheck.create(
        repair_order_id=line.repair_order_id,
        line_id=line.id,
        inspector_id=actor.id,
        technician_id=line.technician_id,
        has_passed=has_passed,
        reason=reason,
        checklist=list(checklist),
        was_road_tested=was_road_tested,
        photos=[dict(photo) for photo in photos],
        at=clock.now(),
    )


async def _tell_checked(actor: Actor, hand: OrderInHand, *, has_passed: bool) -> None:
    await record(
        QualityChecked(
            **event_facts(actor, hand.order),
            has_passed=has_passed,
            fail_count=max((line.fail_count for line in hand.lines), default=0),
        )
    )
