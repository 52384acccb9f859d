"""授权: the owner answers one frozen version of the estimate, job by job or whole, or leaves with nothing done."""

from collections.abc import Collection, Sequence

from crm_core.authorised_persons.rules import is_within
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import free_lines, notices
from crm_core.repair_orders.decisions import allow, keep_decision, turn_down
from crm_core.repair_orders.diagnosis import charging
from crm_core.repair_orders.errors import (
    AboveLimit,
    EstimateChanged,
    EvidenceMissing,
    JobsBelongTogether,
    LineNotFound,
    NothingAllowed,
)
from crm_core.repair_orders.estimate_rules import Gap, OfferedJob, gap_in, group_of
from crm_core.repair_orders.estimating import owner_total_fen
from crm_core.repair_orders.events import EstimateAuthorised, OwnerLeftUnrepaired
from crm_core.repair_orders.evidence import HOW_WORDS, Evidence, evidence_gap
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import Estimate, EstimateState
from crm_core.repair_orders.rules import LineState
from foundation import clock, database
from foundation.events import record
from foundation.money import format_yuan


async def authorise_estimate(
    actor: Actor,
    repair_order_id: int,
    version: int,
    *,
    declined: Collection[int] = (),
    signature: str = "",
    keeps_old_parts: bool = False,
) -> Estimate:
    """The owner authorises the work in the mini program, at exactly the version they saw, without the lines they have
    `declined`.

    Raises:
        JobsBelongTogether: of jobs that are done together, only some are declined.
        NothingAllowed: all are declined; `decline_estimate` is for that.
        LineNotFound: a line is declined that the estimate does not offer.
        EstimateChanged: another version is the current one.
        AboveLimit: an authorised person agrees to more than their limit.
        OwnerMustDecide, IllegalMove.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.authorise")
        evidence = Evidence(photo=signature, authority=hand.authority)
        return await _authorise(actor, hand, version, evidence, declined, keeps_old_parts)


async def record_authorisation(
    actor: Actor,
    repair_order_id: int,
    version: int,
    evidence: Evidence,
    *,
    declined: Collection[int] = (),
    keeps_old_parts: bool = False,
) -> Estimate:
    """The advisor records that the owner authorised the work on paper or on the phone, all of it or without some lines.

    Raises:
        JobsBelongTogether, NothingAllowed, LineNotFound: as when the owner decides themselves.
        EvidenceMissing: there is neither the signed paper nor the time of the call and the owner's words.
        EstimateChanged, IllegalMove.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.record_oral_decision")
        check_evidence(hand, evidence)
        return await _authorise(actor, hand, version, evidence, declined, keeps_old_parts)


def check_evidence(hand: OrderInHand, evidence: Evidence) -> None:
    """Check the proof of a decision that staff record for the owner.

    Raises:
        EvidenceMissing: the proof is missing or impossible; the message says what.
    """
    gap = evidence_gap(evidence, opened_at=hand.order.opened_at, now=clock.now())
    if gap is not None:
        raise EvidenceMissing(gap)


async def _authorise(
    actor: Actor,
    hand: OrderInHand,
    version: int,
    evidence: Evidence,
    declined: Collection[int],
    keeps_old_parts: bool,
) -> Estimate:
    order = hand.order
    hand.require("authorise")
    estimate = await _current(order, version)
    refused = _check_choice(hand.in_state(LineState.PROPOSED), declined)
    allowed = [line for line in hand.in_state(LineState.PROPOSED) if line.id not in declined]
    require_within(hand, allowed)
    for line in allowed:
        hand.move(line, "authorise")
        allow(line, actor, evidence, estimate.hash)
    for line in refused:
        await turn_down(actor, hand, line, evidence)
    waived_fen = charging.waive(hand, allowed)
    estimate.allowed_fen = owner_total_fen(allowed)
    await _decide(estimate, EstimateState.AUTHORISED, actor, evidence)
    order.authorised_at = clock.now()
    order.keeps_old_parts = keeps_old_parts
    order.first_promised_at = order.promised_finish_at
    without = f"，暂不做 {'、'.join(line.name for line in refused)}" if refused else ""
    await hand.note(
        actor,
        "authorised",
        f"{evidence.who}授权 v{version}（{HOW_WORDS[evidence.how]}）{without}",
        amount_fen=estimate.allowed_fen,
        owner_text=f"{evidence.spoken_to}已授权 {format_yuan(estimate.allowed_fen)} 元{without}",
        node=OwnerNode.N3,
    )
    await charging.tell_waived(actor, hand, waived_fen)
    await free_lines.order_parts(actor, hand, allowed)
    facts = event_facts(actor, order)
    await record(EstimateAuthorised(**facts, amount_fen=estimate.allowed_fen, how=evidence.how))
    return estimate


def _check_choice(lines: Sequence[RepairLine], declined: Collection[int]) -> list[RepairLine]:
    """The lines that are declined, once it is sure that an owner can choose so."""
    jobs = [OfferedJob(line.id, group_of(line.package_id, is_required=line.is_required)) for line in lines]
    match gap_in(jobs, declined):
        case Gap.UNKNOWN:
            raise LineNotFound
        case Gap.NOTHING_LEFT:
            raise NothingAllowed
        case Gap.TORN:
            raise JobsBelongTogether
    return [line for line in lines if line.id in declined]


async def decline_estimate(
    actor: Actor, repair_order_id: int, version: int, *, how: str = "mini_program", reason: str = ""
) -> Estimate:
    """The owner wants none of it and leaves 未修离店; staff record it with `how`.

    Nothing is charged: `declining.TERMS`. The advisor is told of what they did not record themselves.

    Raises:
        EstimateChanged, IllegalMove, OwnerMustDecide.
    """
    async with database.transaction():
        action = "repair_orders.authorise" if actor.is_owner else "repair_orders.record_oral_decision"
        hand = await take(actor, repair_order_id, action)
        hand.require("decline_all")
        estimate = await _current(hand.order, version)
        evidence = Evidence(how, authority=hand.authority)
        for line in hand.in_state(LineState.PROPOSED):
            hand.move(line, "decline")
            keep_decision(line, actor, evidence)
        estimate.decline_reason = reason
        await _decide(estimate, EstimateState.DECLINED, actor, evidence)
        because = f"（{reason}）" if reason else ""
        await hand.note(
            actor,
            "left",
            f"{evidence.who}暂不维修{because}，未修离店",
            owner_text=f"{evidence.spoken_to}选择暂不维修",
            node=OwnerNode.N3,
        )
        if actor.is_owner:
            await notices.tell_declined(hand.order, estimate, evidence.who)
        await record(OwnerLeftUnrepaired(**event_facts(actor, hand.order)))
        return estimate


def require_within(hand: OrderInHand, asked: Sequence[RepairLine]) -> None:
    """Check the limit of an authorised person, to which everything counts that they agreed to in this order.

    Raises:
        AboveLimit: its details hold the limit, the amount used already and the amount asked for.
    """
    authority = hand.authority
    if authority is None:
        return
    agreed = [line for line in hand.lines if line.decided_under_id == authority.id and line.authorised_fen is not None]
    already_fen, asked_fen = owner_total_fen(agreed), owner_total_fen(asked)
    if not is_within(authority.limit_fen, already_fen, asked_fen):
        raise AboveLimit(limit_fen=authority.limit_fen, already_fen=already_fen, asked_fen=asked_fen)


async def _current(order: RepairOrder, version: int) -> Estimate:
    sent = await Estimate.select_for_update().get_or_none(repair_order_id=order.id, state=EstimateState.SENT)
    if sent is None or sent.version != version:
        raise EstimateChanged(current_version=sent.version if sent else None)
    return sent


async def _decide(estimate: Estimate, state: EstimateState, actor: Actor, evidence: Evidence) -> None:
    estimate.state = state
    estimate.decided_at = clock.now()
    estimate.decided_by = str(actor)
    estimate.decided_how = evidence.how
    estimate.evidence = evidence.photo
    estimate.evidence_note = evidence.note
    estimate.decided_under_id = evidence.authority.id if evidence.authority else None
    await estimate.save()
