"""报价: the estimated lines and the promised time before work begins; the owner answers in `authorising`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.pricing import job_prices
from crm_core.pricing.job_prices import PricedItem
from crm_core.pricing.packages import price_items
from crm_core.repair_orders import deductible_rules, discounting, free_lines, goodwill, notices
from crm_core.repair_orders.additional_work_rules import OfferedItem, Urgency, version_hash
from crm_core.repair_orders.comebacks import judging
from crm_core.repair_orders.comebacks.judging import FreeJobs
from crm_core.repair_orders.diagnosis import charging
from crm_core.repair_orders.discounting import Discount
from crm_core.repair_orders.errors import (
    DeductibleNotPossible,
    DiscountNotApproved,
    GoodwillNotApproved,
    NothingToEstimate,
    PayerApprovalMissing,
    PromiseInThePast,
)
from crm_core.repair_orders.estimate_rules import group_of
from crm_core.repair_orders.events import EstimateSent
from crm_core.repair_orders.free_line_rules import FreeJob, OutsidePart
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
    """A job of the catalogue or one in words (`free`), and its payer; for W and I also the payer's approval number.

    `is_guarantee` does a job again free of charge: the house pays (N), which needs no manager. The owner allows or
    declines all jobs that are `is_required` together. `discount_fen` is taken off its price. Of a job that an insurer
    pays (I), the owner bears `deductible_fen`.
    """

    item_id: int | None = None
    payer: Payer = Payer.CP
    payer_approval_number: str = ""
    is_guarantee: bool = False
    is_required: bool = False
    discount_fen: int = 0
    deductible_fen: int = 0
    free: FreeJob | None = None

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
    discount: Discount = Discount(),
    with_diagnosis: bool = False,
    expected_version: int | None = None,
) -> Estimate:
    """Price the jobs, and a diagnosis if one is needed, and store them as the next draft version. It replaces earlier
    versions that were not authorised.

    Raises:
        NothingToEstimate: there is no job, or the catalogue has no price for one.
        GoodwillNeedsManager: the actor adds an N or G line but is not the service manager of this store.
        NobodyToApprove: goodwill needs approval, and nobody else could give it.
        OnlyOwnJobsAreDiscounted, DiscountNeedsReason, DiscountTooHigh: as for `discounting.take_off`.
        NotUnderGuarantee: a job is to be free that the repair guarantee does not cover.
        FreeLineIncomplete: a job in words lacks something, or is in the catalogue.
        DeductibleNotPossible: no insurer pays the job, or it costs less.
        PromiseInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.estimate", expected_version=expected_version)
        hand.require("estimate")
        if promised_finish_at <= clock.now():
            raise PromiseInThePast
        goodwill.authorise_payers(actor, hand.order, [line.payer for line in wanted if not line.is_guarantee])
        free = await judging.free_jobs(hand.order, [line.item_id or 0 for line in wanted if line.is_guarantee])
        await _replace_lines(actor, hand, wanted, free, discount, with_diagnosis=with_diagnosis)
        await judging.propose(hand, frozenset(_items(wanted)))
        await goodwill.withdraw_other(actor, hand.order, hand.lines)
        await discounting.withdraw_other(actor, hand.order, hand.lines)
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
        await discounting.ask(actor, hand.order, estimate, hand.lines, discount.reason)
        await free_lines.note(actor, hand.order, hand.lines)
        await hand.note(actor, "estimated", f"报价 v{estimate.version}", amount_fen=estimate.owner_total_fen)
        return estimate


async def send_estimate(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> Estimate:
    """Send the newest draft to the owner.

    Raises:
        PayerApprovalMissing: a warranty or insurance line has no approval number.
        GoodwillNotApproved, DiscountNotApproved: what the house would pay, or what is taken off, needs an approval
            that nobody has given yet.
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
        if estimate.discount_hash and estimate.discount_approved_by_id is None:
            raise DiscountNotApproved(discount_fen=estimate.discount_fen)
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


def offered(lines: Sequence[RepairLine]) -> list[OfferedItem]:
    """Lines exactly as they are offered."""
    return [
        OfferedItem(
            line.id,
            line.name,
            line.labour_fen,
            line.parts_fen,
            line.minutes,
            line.urgency or Urgency.GREEN,
            deductible_fen=line.deductible_fen,
        )
        for line in lines
    ]


def owner_total_fen(lines: Sequence[RepairLine]) -> int:
    """What the owner pays themselves: the lines whose payer is CP, and what an insurer does not pay of others."""
    return sum(line.owners_fen for line in lines)


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


async def _replace_lines(
    actor: Actor,
    hand: OrderInHand,
    wanted: Sequence[WantedLine],
    free: FreeJobs,
    discount: Discount,
    *,
    with_diagnosis: bool,
) -> None:
    order = hand.order
    vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
    store = await Store.get(id=order.store_id)
    # A package is the owner's price: what somebody else pays for is charged by itself.
    own = _items(line for line in wanted if line.paid_by is Payer.CP)
    others = _items(line for line in wanted if line.paid_by is not Payer.CP)
    items = [*await price_items(store, vehicle, own), *await job_prices.alone(store, vehicle, others)]
    priced = {item.item_id: item for item in items}
    if (not wanted and not with_diagnosis) or any(not _is_known(line, priced) for line in wanted):
        raise NothingToEstimate
    await free_lines.require_whole([line.free for line in wanted if line.free])
    # Only undecided lines are replaced; the stored versions keep what was offered before.
    await RepairLine.filter(repair_order_id=order.id, state=LineState.PROPOSED).delete()
    hand.lines = []
    for line in wanted:
        if line.free is not None:
            row = await free_lines.line_for(order, store, vehicle, line.free)
        else:
            assert line.item_id is not None, "it is known"
            row = new_line(order, priced[line.item_id], vehicle, source=LineSource.ESTIMATE)
            row.guarantee_of_id = free.line_of[line.item_id] if line.is_guarantee else None
        row.payer, row.payer_approval_number = line.paid_by, line.payer_approval_number
        row.is_required, row.deductible_fen = line.is_required, line.deductible_fen
        refusal = deductible_rules.refusal(row.payer, row.deductible_fen, row.total_fen)
        if refusal is not None:
            raise DeductibleNotPossible(refusal)
        hand.lines.append(row)
    each_fen = [line.discount_fen for line in wanted]
    if with_diagnosis:
        hand.lines.append(await charging.line_for(order, vehicle))
        each_fen.append(0)
    await discounting.take_off(actor, order, hand.lines, each_fen, discount)
    # A package is taken whole or not at all: with one of its jobs, all of them are required.
    required = {row.package_id for row in hand.lines if row.is_required and row.package_id is not None}
    for row in hand.lines:
        row.is_required = row.is_required or row.package_id in required
        await row.save()


def _items(wanted: Iterable[WantedLine]) -> list[int]:
    """The catalogue's jobs among them."""
    return [line.item_id for line in wanted if line.item_id is not None]


def _is_known(line: WantedLine, priced: Collection[int]) -> bool:
    """Whether it is a job of the catalogue that has a price here, or else one in words."""
    return line.item_id in priced if line.free is None else line.item_id is None


def _kept(line: RepairLine, free: FreeJobs) -> dict[str, object]:
    return {
        "line_id": line.id,
        "item_id": line.item_id,
        "name": line.name,
        "payer": line.payer.value,
        "labour_fen": line.labour_fen,
        "parts_fen": line.parts_fen,
        "off_fen": line.off_fen,
        "deductible_fen": line.deductible_fen,
        "minutes": line.minutes,
        "outside": "、".join(OutsidePart.of(part).words for part in line.outside_parts),
        "guarantee_of": free.origin_number if line.guarantee_of_id else "",
        "group": group_of(line.package_id, is_required=line.is_required),
    }
