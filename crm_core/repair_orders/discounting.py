"""维修优惠: what an advisor takes off the estimate, up to the limit of their role; above it somebody else agrees first.

The estimate waits for that as it waits for goodwill. Everything is noted in the audit log.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.billing.rules import Payer
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.policies.current import policy_of
from crm_core.repair_orders.discount_rules import (
    Consent,
    DiscountPolicy,
    Giver,
    consent_to,
    lowered,
    own_percent,
    share_fen,
)
from crm_core.repair_orders.errors import DiscountNeedsReason, DiscountTooHigh, OnlyOwnJobsAreDiscounted
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import Estimate, EstimateState
from foundation.money import format_yuan
from foundation.reading import read_model
from foundation.refs import Ref

APPROVAL_OF: Final = {Consent.MANAGER: ApprovalKind.REPAIR_DISCOUNT, Consent.HIGHER: ApprovalKind.HIGH_DISCOUNT}
"""Whom a discount above the limit is put before."""


@dataclass(frozen=True)
class Discount:
    """What is taken off the whole estimate beside what is taken off single jobs, and why anything is."""

    whole_fen: int = 0
    reason: str = ""


@read_model
class DiscountLimits:
    """What a member of staff may take off an order's jobs, in percent of their sum."""

    own_percent: int
    """Alone; above it somebody has to agree."""
    highest_percent: int
    """At most, whoever agrees."""


async def limits_of(actor: Actor, store_id: int) -> DiscountLimits:
    """What the actor may take off the jobs of an order of this store."""
    policy = await policy_of(DiscountPolicy, store_id)
    if not is_allowed(actor, "repair_orders.give_discount", subject(store_id=store_id)):
        return DiscountLimits(0, 0)
    return DiscountLimits(own_percent(giver_of(actor, store_id), policy), policy.highest_percent)


async def take_off(
    actor: Actor, order: RepairOrder, lines: Sequence[RepairLine], each_fen: Sequence[int], discount: Discount
) -> None:
    """Lower the prices of new lines by their own discounts and by their share of the one on the whole estimate.

    Raises:
        OnlyOwnJobsAreDiscounted: somebody other than the owner pays a job.
        DiscountNeedsReason: nothing is said about why.
        DiscountTooHigh: it is more than anybody may give; the details hold the highest sum.
        NotAllowed: the actor gives no discounts.
    """
    if not discount.whole_fen and not any(each_fen):
        return
    authorise(actor, "repair_orders.give_discount", subject(store_id=order.store_id))
    if any(off and line.payer is not Payer.CP for line, off in zip(lines, each_fen, strict=True)):
        raise OnlyOwnJobsAreDiscounted
    if not discount.reason.strip():
        raise DiscountNeedsReason
    own = [(line, off) for line, off in zip(lines, each_fen, strict=True) if line.payer is Payer.CP]
    list_fen, asked_fen = sum(line.total_fen for line, _ in own), discount.whole_fen + sum(each_fen)
    highest_fen = share_fen(list_fen, (await policy_of(DiscountPolicy, order.store_id)).highest_percent)
    if asked_fen > highest_fen or any(off > line.total_fen for line, off in own):
        raise DiscountTooHigh(allowed_fen=highest_fen)
    sums = [(int(line.labour_fen), int(line.parts_fen)) for line, _ in own]
    for (line, _), (labour_fen, parts_fen) in zip(
        own, lowered(sums, [off for _, off in own], discount.whole_fen), strict=True
    ):
        line.labour_off_fen, line.parts_off_fen = line.labour_fen - labour_fen, line.parts_fen - parts_fen
        line.labour_fen, line.parts_fen = labour_fen, parts_fen


async def withdraw_other(actor: Actor, order: RepairOrder, lines: Sequence[RepairLine]) -> None:
    """Invalidate a waiting approval unless it is for exactly these prices; called before the estimates are locked."""
    for kind in APPROVAL_OF.values():
        await approvals.invalidate(actor, kind, _about(order), unless_hash=_hash(order, lines))


async def ask(actor: Actor, order: RepairOrder, estimate: Estimate, lines: Sequence[RepairLine], reason: str) -> None:
    """Note in the audit log what is taken off, and ask for approval if one is needed. Saves the estimate.

    Raises:
        NobodyToApprove: nobody but the actor could approve.
    """
    off_fen = sum(line.off_fen for line in lines)
    if not off_fen:
        return
    words = f"优惠 {format_yuan(off_fen)} 元：{reason.strip()}"
    await audit.note(actor, "repair_orders.give_discount", _about(order), reason=words, fen=off_fen)
    estimate.discount_fen, estimate.discount_reason = off_fen, reason.strip()
    list_fen = sum(line.total_fen + line.off_fen for line in lines if line.payer is Payer.CP)
    policy = await policy_of(DiscountPolicy, order.store_id)
    consent = consent_to(off_fen, list_fen, giver_of(actor, order.store_id), policy)
    if consent is not Consent.NOBODY:
        kind = APPROVAL_OF[consent]
        estimate.discount_hash = _hash(order, lines)
        agreed = await approvals.approver_of(kind, _about(order), estimate.discount_hash)
        if agreed is not None and agreed != actor.id:
            estimate.discount_approved_by_id = agreed
        elif not await approvals.is_waiting(kind, _about(order)):
            await approvals.request(
                actor,
                kind,
                _about(order),
                content_hash=estimate.discount_hash,
                title=f"优惠 {order.number.removeprefix('RO-')}",
                store_ids=[order.store_id],
                note=words,
                facts={"amount_fen": off_fen},
            )
    await estimate.save(update_fields=["discount_fen", "discount_reason", "discount_hash", "discount_approved_by_id"])


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: once approved, the waiting estimate may be sent as it is."""
    if event.kind not in APPROVAL_OF.values() or event.state is not ApprovalState.APPROVED or event.decided_by is None:
        return
    order_id = Ref.parse(event.about).of("repair_order")
    estimate = await Estimate.select_for_update().get_or_none(repair_order_id=order_id, state=EstimateState.DRAFT)
    if estimate is None or estimate.discount_hash != event.content_hash:
        return
    estimate.discount_approved_by_id = event.decided_by
    await estimate.save(update_fields=["discount_approved_by_id"])
    decider = await staff_actor(event.decided_by)
    await audit.note(decider, "repair_orders.approve_discount", event.about, fen=estimate.discount_fen)


def giver_of(actor: Actor, store_id: int) -> Giver:
    """As what the actor gives discounts in a store."""
    roles = {grant.role for grant in actor.grants if grant.reaches(store_id)}
    if Role.GM in roles:
        return Giver.GENERAL_MANAGER
    return Giver.MANAGER if Role.SVM in roles else Giver.ADVISOR


def _about(order: RepairOrder) -> Ref:
    return Ref("repair_order", order.id)


def _hash(order: RepairOrder, lines: Sequence[RepairLine]) -> str:
    """A hash of the jobs, their prices and what was taken off; exactly the same needs no second approval."""
    priced = sorted(
        [line.item_id or 0, line.name, line.labour_fen, line.parts_fen, line.off_fen]
        for line in lines
        if line.payer is Payer.CP
    )
    return hashlib.sha256(orjson.dumps([order.id, priced])).hexdigest()
