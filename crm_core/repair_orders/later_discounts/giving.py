"""Taking something off a job after the estimate, at once or when somebody agreed."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalState
from crm_core.billing.rules import Payer
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.policies.current import policy_of
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, version_hash
from crm_core.repair_orders.discount_rules import Consent, DiscountPolicy, consent_to, lowered, share_fen
from crm_core.repair_orders.discounting import APPROVAL_OF, giver_of
from crm_core.repair_orders.errors import (
    DiscountNeedsReason,
    DiscountNotApproved,
    DiscountTooHigh,
    NoLongerLowered,
)
from crm_core.repair_orders.estimating import offered
from crm_core.repair_orders.later_discounts.models import LaterDiscount, LaterDiscountState
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import OrderInHand, take, take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.rules import ENDED_WITHOUT_WORK, LineState
from foundation import clock, database
from foundation.money import format_yuan
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref

APPLY: Final = "repair_orders.give_approved_discount"
OWED: Final = Debt(
    "later_discount",
    open_when=f"state = {literals(LaterDiscountState.AGREED)}",
    since="decided_at",
    job=APPLY,
    argument="discount_id",
)


async def give(
    actor: Actor, repair_order_id: int, off: Mapping[int, int], reason: str, *, expected_version: int | None = None
) -> LaterDiscount:
    """Take so many fen off these jobs, or ask for it. Another request that still waits is withdrawn.

    Raises:
        NoLongerLowered: a job is not the owner's to pay, not priced, before the owner already, or over.
        DiscountNeedsReason, DiscountTooHigh: as with the estimate.
        NobodyToApprove: nobody but the actor could agree.
        NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        hand = await take_to_work(
            actor, repair_order_id, "repair_orders.give_discount", expected_version=expected_version
        )
        wanted = {line_id: fen for line_id, fen in off.items() if fen}
        can = {line.id: line for line in await lowerable(hand)}
        if not wanted or any(line_id not in can or fen > can[line_id].total_fen for line_id, fen in wanted.items()):
            raise NoLongerLowered
        if not reason.strip():
            raise DiscountNeedsReason
        # First: where the one that waits is just being decided about, this waits for the decision, which counts.
        await _withdraw_waiting(actor, hand)
        consent = await _consent(actor, hand, sum(wanted.values()))
        row = LaterDiscount(
            repair_order_id=hand.order.id,
            off={str(line_id): fen for line_id, fen in sorted(wanted.items())},
            off_fen=sum(wanted.values()),
            reason=reason.strip(),
            state=LaterDiscountState.WAITING,
            content_hash=_hash(hand, wanted),
            asked_by=actor.id,
            asked_at=clock.now(),
        )
        words = f"优惠 {format_yuan(row.off_fen)} 元：{row.reason}"
        await audit.note(actor, "repair_orders.give_discount", _about(hand), reason=words, fen=row.off_fen)
        if consent is Consent.NOBODY:
            await _apply(actor, hand, row)
            return row
        await row.save()
        await approvals.request(
            actor,
            APPROVAL_OF[consent],
            _about(hand),
            content_hash=row.content_hash,
            title=f"再优惠 {hand.order.number.removeprefix('RO-')}",
            store_ids=[hand.order.store_id],
            note=words,
            facts={"amount_fen": row.off_fen},
        )
        await hand.note(actor, "discount_asked", f"{actor.name} 申请再优惠：{row.reason}", amount_fen=row.off_fen)
        return row


async def require_none_waiting(repair_order_id: int, lines: Sequence[RepairLine]) -> None:
    """Check that nobody has still to agree to a lower price of these jobs, before the owner is shown the price.

    Raises:
        DiscountNotApproved.
    """
    undecided = LaterDiscount.filter(
        repair_order_id=repair_order_id, state__in=(LaterDiscountState.WAITING, LaterDiscountState.AGREED)
    )
    for waiting in await undecided.order_by("id"):
        if any(str(line.id) in waiting.off for line in lines):
            raise DiscountNotApproved(discount_fen=waiting.off_fen)


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: what was agreed to is owed, and given by a job, which locks the order
    first.
    """
    if event.kind not in APPROVAL_OF.values():
        return
    row = await LaterDiscount.select_for_update().get_or_none(
        repair_order_id=Ref.parse(event.about).of("repair_order"),
        state=LaterDiscountState.WAITING,
        content_hash=event.content_hash,
    )
    if row is None:
        return
    if event.state is ApprovalState.APPROVED and event.decided_by is not None:
        row.state, row.decided_by_id, row.decided_at = LaterDiscountState.AGREED, event.decided_by, clock.now()
        await row.save()
        await OWED.hint([row.id])
        return
    is_refused = event.state is ApprovalState.REFUSED
    row.state = LaterDiscountState.REFUSED if is_refused else LaterDiscountState.WITHDRAWN
    row.decided_by_id, row.decided_at = event.decided_by if is_refused else None, clock.now()
    await row.save()


async def give_agreed(discount_id: int) -> None:
    """Give what was agreed to, or withdraw it where the jobs or their prices are not the same any more. Harmless to
    repeat.
    """
    row = await LaterDiscount.get(id=discount_id)
    if row.state is not LaterDiscountState.AGREED or row.decided_by_id is None:
        return
    actor = await staff_actor(row.decided_by_id, or_former=True)
    async with database.transaction():
        hand = await take(actor, row.repair_order_id, None)
        row = await LaterDiscount.select_for_update().get(id=discount_id)
        if row.state is not LaterDiscountState.AGREED:
            return
        off = {int(line_id): fen for line_id, fen in row.off.items()}
        can = {line.id for line in await lowerable(hand)}
        if off.keys() <= can and row.content_hash == _hash(hand, off):
            await audit.note(actor, "repair_orders.approve_discount", _about(hand), fen=row.off_fen)
            await _apply(actor, hand, row)
            return
        row.state, row.decided_at = LaterDiscountState.WITHDRAWN, clock.now()
        await row.save()
        await hand.note(actor, "discount_withdrawn", "项目或价格变了，批准的再优惠没有给，请重新申请")


async def lowerable(hand: OrderInHand) -> list[RepairLine]:
    """The jobs whose price may still be lowered: the owner's, allowed and not billed, or priced and not sent."""
    if hand.order.billed_at is not None or hand.order.voided_at is not None:
        return []
    priced = {sheet.id for sheet in await _priced_sheets(hand)}
    return [line for line in hand.lines if line.payer is Payer.CP and line.total_fen > 0 and _is_open(line, priced)]


def _is_open(line: RepairLine, priced: set[int]) -> bool:
    if line.state is LineState.PROPOSED:
        return line.additional_work_id in priced
    return line.state not in ENDED_WITHOUT_WORK


async def _priced_sheets(hand: OrderInHand) -> list[AdditionalWork]:
    return await AdditionalWork.filter(repair_order_id=hand.order.id, state=AdditionalWorkState.PRICED).order_by("id")


async def _consent(actor: Actor, hand: OrderInHand, off_fen: int) -> Consent:
    """Who has to agree, with all that was taken off the order so far or has been agreed to.

    Raises:
        DiscountTooHigh.
    """
    own = [
        line
        for line in hand.lines
        if line.payer is Payer.CP and line.state not in ENDED_WITHOUT_WORK and line.is_priced
    ]
    list_fen = sum(line.total_fen + line.off_fen for line in own)
    already_fen = sum(line.off_fen for line in own if line.diagnosis_waived_at is None)
    agreed = await LaterDiscount.filter(repair_order_id=hand.order.id, state=LaterDiscountState.AGREED)
    already_fen += sum(row.off_fen for row in agreed)
    policy = await policy_of(DiscountPolicy, hand.order.store_id)
    highest_fen = share_fen(list_fen, policy.highest_percent)
    if already_fen + off_fen > highest_fen:
        raise DiscountTooHigh(allowed_fen=max(0, highest_fen - already_fen))
    return consent_to(already_fen + off_fen, list_fen, giver_of(actor, hand.order.store_id), policy)


async def _withdraw_waiting(actor: Actor, hand: OrderInHand) -> None:
    for kind in APPROVAL_OF.values():
        await approvals.invalidate(actor, kind, _about(hand), unless_hash="")
    waiting = LaterDiscount.filter(repair_order_id=hand.order.id, state=LaterDiscountState.WAITING)
    await waiting.update(state=LaterDiscountState.WITHDRAWN, decided_at=clock.now())


async def _apply(actor: Actor, hand: OrderInHand, row: LaterDiscount) -> None:
    off = {int(line_id): fen for line_id, fen in row.off.items()}
    for line_id, fen in off.items():
        line = hand.line(line_id)
        ((labour_fen, parts_fen),) = lowered([(int(line.labour_fen), int(line.parts_fen))], [fen], 0)
        line.labour_off_fen += line.labour_fen - labour_fen
        line.parts_off_fen += line.parts_fen - parts_fen
        line.labour_fen, line.parts_fen = labour_fen, parts_fen
    row.state, row.decided_at = LaterDiscountState.GIVEN, clock.now()
    await row.save()
    await _offer_anew(hand, [hand.line(line_id) for line_id in off])
    is_allowed = any(hand.line(line_id).state is not LineState.PROPOSED for line_id in off)
    await hand.note(
        actor,
        "discount_given",
        f"{actor.name} 再优惠：{row.reason}",
        amount_fen=row.off_fen,
        owner_text=f"再为您优惠 {format_yuan(row.off_fen)} 元" if is_allowed else "",
        node=OwnerNode.N6,
    )


async def _offer_anew(hand: OrderInHand, changed: Sequence[RepairLine]) -> None:
    """A sheet that was priced and not sent is another version at the lower price."""
    for sheet in await _priced_sheets(hand):
        if any(line.additional_work_id == sheet.id for line in changed):
            sheet.version += 1
            sheet.hash = version_hash(offered([line for line in hand.lines if line.additional_work_id == sheet.id]))
            await sheet.save()


def _about(hand: OrderInHand) -> Ref:
    return Ref("repair_order", hand.order.id)


def _hash(hand: OrderInHand, off: Mapping[int, int]) -> str:
    """A hash of the jobs, their prices and what is taken off."""
    jobs_priced = [[line_id, hand.line(line_id).total_fen, fen] for line_id, fen in sorted(off.items())]
    return hashlib.sha256(orjson.dumps(["later", hand.order.id, jobs_priced])).hexdigest()
