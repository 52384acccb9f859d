"""Deciding additional work item by item: by the owner, by a person they authorised, or recorded by the advisor."""

from collections.abc import Mapping

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import notices
from crm_core.repair_orders.additional_work import forget_waiting, lines_of, take_sheet
from crm_core.repair_orders.additional_work_rules import (
    ADDITIONAL_WORK_MOVES,
    AdditionalWorkState,
    Decision,
    Urgency,
    needs_decline_signature,
    outcome,
)
from crm_core.repair_orders.authorising import check_evidence, require_within
from crm_core.repair_orders.decisions import allow, turn_down
from crm_core.repair_orders.diagnosis import charging
from crm_core.repair_orders.errors import (
    AdditionalWorkChanged,
    AlreadyDecided,
    DecisionTooLate,
    DeclineMustBeSigned,
    LineNotFound,
)
from crm_core.repair_orders.events import AdditionalWorkDecided
from crm_core.repair_orders.evidence import HOW_WORDS, Evidence
from crm_core.repair_orders.house import open_time_of
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import OrderInHand, event_facts
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.promise_rules import promised_with
from crm_core.repair_orders.promises import after_move, move_promise
from crm_core.repair_orders.rules import LineState
from foundation import clock, database
from foundation.errors import IllegalMove
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

REASON = "增项"
_ACTIONS = {
    AdditionalWorkState.APPROVED: "approve",
    AdditionalWorkState.PARTIAL: "approve_part",
    AdditionalWorkState.DECLINED: "decline",
}
_MADE = {
    LineState.PROPOSED: None,
    LineState.DECLINED: Decision.DECLINED,
    LineState.CANCELLED: Decision.DECLINED,
}


async def decide(
    actor: Actor,
    additional_work_id: int,
    version: int,
    decisions: Mapping[int, Decision],
    *,
    decline_signature: str = "",
) -> AdditionalWork:
    """The owner decides items in the mini program. Items they leave out stay open until the deadline.

    Raises:
        AdditionalWorkChanged: the sheet has another version, or was withdrawn.
        DecisionTooLate: the time to decide is over.
        AlreadyDecided: an item was decided before, perhaps a moment ago on another phone.
        DeclineMustBeSigned: safety work is declined without the signed 拒绝维修告知.
        AboveLimit: an authorised person agrees to more than their limit; then no item is decided.
        OwnerMustDecide, LineNotFound.
    """
    async with database.transaction():
        hand, sheet = await take_sheet(actor, additional_work_id, "repair_orders.decide_additional_work")
        if sheet.state is AdditionalWorkState.EXPIRED or (sheet.expires_at and sheet.expires_at <= clock.now()):
            raise DecisionTooLate
        if sheet.state is AdditionalWorkState.WITHDRAWN or sheet.version != version:
            raise AdditionalWorkChanged(current_version=sheet.version, current_state=sheet.state.value)
        evidence = Evidence(photo=decline_signature, authority=hand.authority)
        return await _apply(actor, hand, sheet, decisions, evidence)


async def record_decision(
    actor: Actor,
    additional_work_id: int,
    decisions: Mapping[int, Decision],
    evidence: Evidence,
    *,
    expected_version: int | None = None,
) -> AdditionalWork:
    """记口头决定: record what the owner said on paper or on the phone, also after the deadline.

    Declined safety work needs a photo of the signed 拒绝维修告知 in either case.

    Raises:
        EvidenceMissing: there is neither the signed paper nor the time of the call and the owner's words.
        AlreadyDecided, DeclineMustBeSigned, LineNotFound, StaleVersion.
    """
    async with database.transaction():
        hand, sheet = await take_sheet(
            actor, additional_work_id, "repair_orders.record_oral_decision", expected_version=expected_version
        )
        check_evidence(hand, evidence)
        return await _apply(actor, hand, sheet, decisions, evidence)


async def _apply(
    actor: Actor,
    hand: OrderInHand,
    sheet: AdditionalWork,
    decisions: Mapping[int, Decision],
    evidence: Evidence,
) -> AdditionalWork:
    items = {line.id: line for line in lines_of(hand, sheet)}
    _check(sheet, items, decisions, evidence.photo)
    accepted = [items[line_id] for line_id, said in decisions.items() if said is Decision.APPROVED]
    declined = [items[line_id] for line_id, said in decisions.items() if said is Decision.DECLINED]
    require_within(hand, accepted)
    for line in accepted:
        hand.move(line, "authorise")
        allow(line, actor, evidence, sheet.hash)
    for line in declined:
        await turn_down(actor, hand, line, evidence)
    await _close_if_decided(hand, sheet, list(items.values()))
    told = await _reopen_work(actor, hand, accepted) if accepted else ""
    words = [f"同意 {len(accepted)} 项"] if accepted else []
    words += [f"暂不做 {len(declined)} 项"] if declined else []
    await hand.note(
        actor,
        "additional_work_decided",
        f"{evidence.who}{'，'.join(words)}（{HOW_WORDS[evidence.how]}，v{sheet.version}）",
        owner_text="。".join(filter(None, [f"{evidence.spoken_to}{'，'.join(words)}", told])),
        node=OwnerNode.N6,
    )
    await charging.tell_waived(actor, hand, charging.waive(hand, accepted) if accepted else 0)
    await record(
        AdditionalWorkDecided(
            **event_facts(actor, hand.order),
            additional_work_id=sheet.id,
            accepted=tuple(line.name for line in accepted),
            declined=tuple(line.name for line in declined),
            how=evidence.how,
        )
    )
    await notices.tell_decided(hand.order, sheet, accepted, declined)
    await notices.close_card(Ref("additional_work", sheet.id), "extra_work_timeout", "handled", actor)
    if told:
        await after_move(actor, hand, REASON)
    return sheet


def _check(
    sheet: AdditionalWork, items: Mapping[int, RepairLine], decisions: Mapping[int, Decision], signature: str
) -> None:
    if not decisions or any(line_id not in items for line_id in decisions):
        raise LineNotFound
    if any(items[line_id].state is not LineState.PROPOSED for line_id in decisions):
        made = {str(line.id): line.state.value for line in items.values()}
        raise AlreadyDecided(decisions=made, current_state=sheet.state.value)
    if sheet.state not in (AdditionalWorkState.SENT, AdditionalWorkState.EXPIRED):
        raise IllegalMove(current_state=sheet.state.value, allowed=[])
    unsigned = [
        line_id
        for line_id, said in decisions.items()
        if said is Decision.DECLINED and needs_decline_signature(items[line_id].urgency or Urgency.GREEN)
    ]
    if unsigned and not signature:
        raise DeclineMustBeSigned(line_ids=unsigned)


async def _close_if_decided(hand: OrderInHand, sheet: AdditionalWork, lines: list[RepairLine]) -> None:
    was_expired = sheet.state is AdditionalWorkState.EXPIRED
    state = outcome([_MADE.get(line.state, Decision.APPROVED) for line in lines], is_expired=was_expired)
    if state in _ACTIONS:
        sheet.state = next_state(ADDITIONAL_WORK_MOVES, sheet.state, _ACTIONS[state])
        sheet.decided_at = sheet.ended_at = clock.now()
        await sheet.save()
    await forget_waiting(hand)


async def _reopen_work(actor: Actor, hand: OrderInHand, accepted: list[RepairLine]) -> str:
    """After new work was accepted: checks and wash must be repeated, and the promise moves by the work's minutes.

    Returns the sentence about the new promise for the owner; empty if it does not move.
    """
    order = hand.order
    order.checks_ticked_at = order.quality_passed_at = order.wash_started_at = order.ready_at = None
    minutes = sum(line.minutes for line in accepted)
    if not minutes or order.promised_finish_at is None:
        return ""
    open_time = await open_time_of(order.store_id)
    new_at = promised_with(order.promised_finish_at, minutes, clock.now(), open_time)
    return await move_promise(actor, hand, new_at, REASON)
