"""报价: the estimated lines and the promised time before work begins. The owner authorises one frozen version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.authorised_persons.rules import is_within
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.pricing import job_prices
from crm_core.pricing.job_prices import PricedItem
from crm_core.pricing.packages import price_items
from crm_core.repair_orders import goodwill, notices
from crm_core.repair_orders.additional_work_rules import OfferedItem, Urgency, version_hash
from crm_core.repair_orders.comebacks import judging
from crm_core.repair_orders.comebacks.judging import FreeJobs
from crm_core.repair_orders.errors import (
    AboveLimit,
    EstimateChanged,
    EvidenceMissing,
    GoodwillNotApproved,
    NothingToEstimate,
    PayerApprovalMissing,
    PromiseInThePast,
)
from crm_core.repair_orders.events import EstimateAuthorised, EstimateSent, OwnerLeftUnrepaired
from crm_core.repair_orders.evidence import HOW_WORDS, Evidence, evidence_gap
from crm_core.repair_orders.models import LineSource, RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import Estimate, EstimateState
from crm_core.repair_orders.rules import LineState
from crm_core.vehicles.models import Powertrain, Vehicle
from foundation import clock, database
from foundation.events import record
from foundation.money import format_yuan


@dataclass(frozen=True)
class WantedLine:
    """A job of the catalogue and its payer; for W and I also the payer's approval number.

    `is_guarantee` does a job again free of charge: the house pays (N), which needs no manager.
    """

    item_id: int
    payer: Payer = Payer.CP
    payer_approval_number: str = ""
    is_guarantee: bool = False

    @property
    def paid_by(self) -> Payer:
        """Who pays it."""
        return Payer.N if self.is_guarantee else self.payer


async def make_estimate(
    actor: Actor,
    repair_order_id: int,
    wanted: Sequence[WantedLine],
    promised_finish_at: datetime,
    *,
    expected_version: int | None = None,
) -> Estimate:
    """Price the jobs and store them as the next draft version. It replaces earlier versions that were not authorised.

    Raises:
        NothingToEstimate: there is no job, or the catalogue has no price for one.
        GoodwillNeedsManager: the actor adds an N or G line but is not the service manager of this store.
        NobodyToApprove: goodwill needs approval, and nobody else could give it.
        NotUnderGuarantee: a job is to be free that the repair guarantee does not cover.
        PromiseInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.estimate", expected_version=expected_version)
        hand.require("estimate")
        if promised_finish_at <= clock.now():
            raise PromiseInThePast
        goodwill.authorise_payers(actor, hand.order, [line.payer for line in wanted if not line.is_guarantee])
        free = await judging.free_jobs(hand.order, [line.item_id for line in wanted if line.is_guarantee])
        await _replace_lines(hand, wanted, free)
        await judging.propose(hand, frozenset(line.item_id for line in wanted))
        await goodwill.withdraw_other(actor, hand.order, hand.lines)
        await Estimate.filter(
            repair_order_id=repair_order_id, state__in=[EstimateState.DRAFT, EstimateState.SENT]
        ).update(state=EstimateState.SUPERSEDED)
        newest = await Estimate.filter(repair_order_id=repair_order_id).order_by("-version").first()
        estimate = await Estimate.create(
            repair_order_id=repair_order_id,
            version=newest.version + 1 if newest else 1,
            hash=version_hash(offered(hand.lines)),
            lines=[_kept(line, free) for line in hand.lines],
            owner_total_fen=owner_total_fen(hand.lines),
            promised_finish_at=promised_finish_at,
            state=EstimateState.DRAFT,
            made_by=actor.id,
            made_at=clock.now(),
        )
        await goodwill.ask(actor, hand.order, estimate, hand.lines)
        await hand.note(actor, "estimated", f"报价 v{estimate.version}", amount_fen=estimate.owner_total_fen)
        return estimate


async def send_estimate(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> Estimate:
    """Send the newest draft to the owner.

    Raises:
        PayerApprovalMissing: a warranty or insurance line has no approval number.
        GoodwillNotApproved: what the house would pay needs an approval that nobody has given yet.
        NothingToEstimate: there is no draft.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.estimate", expected_version=expected_version)
        hand.require("estimate")
        estimate = await Estimate.get_or_none(repair_order_id=repair_order_id, state=EstimateState.DRAFT)
        if estimate is None:
            raise NothingToEstimate("还没有新的报价。")
        if any(line.payer in (Payer.W, Payer.I) and not line.payer_approval_number for line in hand.lines):
            raise PayerApprovalMissing
        if estimate.goodwill_hash and estimate.approved_by_id is None:
            raise GoodwillNotApproved(goodwill_fen=estimate.goodwill_fen)
        estimate.state = EstimateState.SENT
        estimate.sent_at = clock.now()
        await estimate.save()
        hand.order.estimated_at = clock.now()
        hand.order.promised_finish_at = estimate.promised_finish_at
        amount = format_yuan(estimate.owner_total_fen)
        await hand.note(
            actor,
            "estimate_sent",
            f"发送报价 v{estimate.version}",
            amount_fen=estimate.owner_total_fen,
            owner_text=f"报价 {amount} 元，请您确认",
            node=OwnerNode.N3,
        )
        await record(EstimateSent(**event_facts(actor, hand.order), amount_fen=estimate.owner_total_fen))
        await notices.tell_progress(hand.order, "estimate_ready", amount_fen=estimate.owner_total_fen)
        return estimate


async def authorise_estimate(
    actor: Actor,
    repair_order_id: int,
    version: int,
    *,
    signature: str = "",
    keeps_old_parts: bool = False,
) -> Estimate:
    """The owner authorises the work in the mini program, at exactly the version they saw.

    Raises:
        EstimateChanged: another version is the current one.
        AboveLimit: an authorised person agrees to more than their limit.
        OwnerMustDecide, IllegalMove.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.authorise")
        evidence = Evidence(photo=signature, authority=hand.authority)
        return await _authorise(actor, hand, version, evidence, keeps_old_parts)


async def record_authorisation(
    actor: Actor, repair_order_id: int, version: int, evidence: Evidence, *, keeps_old_parts: bool = False
) -> Estimate:
    """The advisor records that the owner authorised the work on paper or on the phone.

    Raises:
        EvidenceMissing: there is neither the signed paper nor the time of the call and the owner's words.
        EstimateChanged, IllegalMove.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.record_oral_decision")
        check_evidence(hand, evidence)
        return await _authorise(actor, hand, version, evidence, keeps_old_parts)


def check_evidence(hand: OrderInHand, evidence: Evidence) -> None:
    """Check the proof of a decision that staff record for the owner.

    Raises:
        EvidenceMissing: the proof is missing or impossible; the message says what.
    """
    gap = evidence_gap(evidence, opened_at=hand.order.opened_at, now=clock.now())
    if gap is not None:
        raise EvidenceMissing(gap)


async def _authorise(
    actor: Actor, hand: OrderInHand, version: int, evidence: Evidence, keeps_old_parts: bool
) -> Estimate:
    order = hand.order
    hand.require("authorise")
    estimate = await _current(order, version)
    require_within(hand, hand.in_state(LineState.PROPOSED))
    for line in hand.in_state(LineState.PROPOSED):
        hand.move(line, "authorise")
        allow(line, actor, evidence, estimate.hash)
    await _decide(estimate, EstimateState.AUTHORISED, actor, evidence)
    order.authorised_at = clock.now()
    order.keeps_old_parts = keeps_old_parts
    order.first_promised_at = order.promised_finish_at
    amount = format_yuan(estimate.owner_total_fen)
    await hand.note(
        actor,
        "authorised",
        f"{evidence.who}授权 v{version}（{HOW_WORDS[evidence.how]}）",
        amount_fen=estimate.owner_total_fen,
        owner_text=f"{evidence.spoken_to}已授权 {amount} 元",
        node=OwnerNode.N3,
    )
    facts = event_facts(actor, order)
    await record(EstimateAuthorised(**facts, amount_fen=estimate.owner_total_fen, how=evidence.how))
    return estimate


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


def allow(line: RepairLine, actor: Actor, evidence: Evidence, fingerprint: str) -> None:
    """Store on a line that it is authorised: by whom, when, how, for which offer, and the most it may cost."""
    keep_decision(line, actor, evidence)
    line.authorised_version = fingerprint
    line.authorised_fen = line.total_fen


def keep_decision(line: RepairLine, actor: Actor, evidence: Evidence) -> None:
    """Store on a line who decided it, when, how, and the proof."""
    line.decided_at = clock.now()
    line.decided_by = str(actor)
    line.decided_how = evidence.how
    line.evidence = evidence.photo
    line.evidence_note = evidence.note
    line.decided_under_id = evidence.authority.id if evidence.authority else None


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


def offered(lines: Sequence[RepairLine]) -> list[OfferedItem]:
    """Lines exactly as they are offered."""
    return [
        OfferedItem(line.id, line.name, line.labour_fen, line.parts_fen, line.minutes, line.urgency or Urgency.GREEN)
        for line in lines
    ]


def owner_total_fen(lines: Sequence[RepairLine]) -> int:
    """What the owner pays themselves: only the lines whose payer is CP."""
    return sum(line.total_fen for line in lines if line.payer is Payer.CP)


def new_line(order: RepairOrder, item: PricedItem, vehicle: Vehicle, **columns: Any) -> RepairLine:
    """A proposed line for a catalogue job. A battery-electric car needs a bay that is certified for it."""
    is_electric = vehicle.model.powertrain is Powertrain.BEV and item.bay_kind is not BayKind.BODY
    return RepairLine(
        repair_order_id=order.id,
        item_id=item.item_id,
        package_id=item.package_id,
        name=item.name,
        labour_centihours=item.labour_centihours,
        labour_fen=item.labour_fen,
        parts_fen=item.parts_fen,
        minutes=item.minutes,
        bay_kind=BayKind.EV if is_electric else item.bay_kind,
        is_maintenance=item.is_maintenance,
        needs_road_test=item.needs_road_test,
        work_kind=item.work_kind,
        part_number=item.part_number,
        state=LineState.PROPOSED,
        **columns,
    )


async def _replace_lines(hand: OrderInHand, wanted: Sequence[WantedLine], free: FreeJobs) -> None:
    order = hand.order
    vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
    store = await Store.get(id=order.store_id)
    # A package is the owner's price: what somebody else pays for is charged by itself.
    own = [line.item_id for line in wanted if line.paid_by is Payer.CP]
    others = [line.item_id for line in wanted if line.paid_by is not Payer.CP]
    items = [*await price_items(store, vehicle, own), *await job_prices.alone(store, vehicle, others)]
    priced = {item.item_id: item for item in items}
    if not wanted or any(line.item_id not in priced for line in wanted):
        raise NothingToEstimate
    # Only undecided lines are replaced; the stored versions keep what was offered before.
    await RepairLine.filter(repair_order_id=order.id, state=LineState.PROPOSED).delete()
    hand.lines = []
    for line in wanted:
        row = new_line(
            order,
            priced[line.item_id],
            vehicle,
            payer=line.paid_by,
            guarantee_of_id=free.line_of[line.item_id] if line.is_guarantee else None,
            payer_approval_number=line.payer_approval_number,
            source=LineSource.ESTIMATE,
        )
        await row.save()
        hand.lines.append(row)


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


def _kept(line: RepairLine, free: FreeJobs) -> dict[str, object]:
    return {
        "line_id": line.id,
        "item_id": line.item_id,
        "name": line.name,
        "payer": line.payer.value,
        "labour_fen": line.labour_fen,
        "parts_fen": line.parts_fen,
        "minutes": line.minutes,
        "guarantee_of": free.origin_number if line.guarantee_of_id else "",
    }
