"""Which coupons a bill uses: first the combination that saves most, until the owner chooses another."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.billing import ledger
from crm_core.billing.errors import CouponsNotTogether
from crm_core.billing.ledger import AnyBill
from crm_core.billing.models import Bill, BillDiscount
from crm_core.billing.rules import BillState
from crm_core.coupons import discounting, using
from crm_core.coupons.discounting import DiscountedBill, WhyNot
from crm_core.coupons.errors import CouponNotFound
from crm_core.coupons.rules import EXCLUSIVE_GROUPS, BillLine, Coupon, CouponPolicy, CouponState, DiscountableBill
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.errors import IllegalMove
from foundation.reading import read_model


@read_model
class CouponChoice:
    """A coupon of the owner and their bill: how much it would save by itself, or why it cannot be used."""

    coupon_id: int
    name: str
    is_chosen: bool
    alone_fen: int
    reason: str | None


@dataclass(frozen=True)
class Trial:
    """What a bill would cost with one more coupon. If `reason` is set, the coupon cannot be used."""

    coupon_ids: tuple[int, ...]
    total_fen: int
    replaces: str | None = None
    """The name of the coupon of the same kind that it would replace."""
    reason: str | None = None


async def choose(actor: Actor, bill_id: int, coupon_ids: Sequence[int], *, expected_version: int | None = None) -> Bill:
    """Use exactly these coupons, perhaps none, and release all others.

    Raises:
        CouponsNotTogether: they cannot be used, or not together; the sentence says which rule forbids it.
        CouponNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.confirm", expected_version)
        await use(bill, coupon_ids)
        return bill


async def use(bill: Bill, coupon_ids: Sequence[int]) -> None:
    """Like `choose`, for a locked bill; the caller must have made sure that the owner wants it.

    Raises:
        CouponsNotTogether, CouponNotFound, IllegalMove.
    """
    if bill.state is not BillState.SENT:
        raise IllegalMove(current_state=bill.state.value, allowed=[])
    mine = {coupon.id: coupon for coupon in await _coupons(bill)}
    if not set(coupon_ids) <= set(mine):
        raise CouponNotFound
    wanted = [mine[coupon_id] for coupon_id in dict.fromkeys(coupon_ids)]
    against = await _as_rule(bill)
    refusal = await _refusal(bill, against, wanted)
    if refusal is not None:
        raise CouponsNotTogether(refusal.sentence, reason=refusal.refusal.value)
    bill.version += 1
    await _use(bill, wanted, discounting.apply_coupons(against, wanted))


async def trial(bill: Bill, coupon_id: int) -> Trial:
    """What the bill would cost with one more coupon, which replaces one of the same exclusive group."""
    if bill.state is not BillState.SENT:
        return Trial((), bill.total_fen, reason="账单已经确认，不能再用券。")
    mine = {coupon.id: coupon for coupon in await _coupons(bill)}
    added = mine.get(coupon_id)
    if added is None:
        return Trial((), bill.total_fen, reason="这张券现在用不了。")
    group = EXCLUSIVE_GROUPS[added.kind]
    on_it = [mine[each.coupon_id] for each in await BillDiscount.filter(bill_id=bill.id) if each.coupon_id in mine]
    kept = [coupon for coupon in on_it if EXCLUSIVE_GROUPS[coupon.kind] != group]
    gone = next((coupon for coupon in on_it if EXCLUSIVE_GROUPS[coupon.kind] == group and coupon.id != coupon_id), None)
    against, wanted = await _as_rule(bill), [*kept, added]
    refusal = await _refusal(bill, against, wanted)
    total_fen = bill.total_fen if refusal else discounting.apply_coupons(against, wanted).payable_fen
    return Trial(
        tuple(coupon.id for coupon in wanted),
        total_fen,
        replaces=gone.name if gone else None,
        reason=refusal.sentence if refusal else None,
    )


async def _refusal(bill: Bill, against: DiscountableBill, wanted: Sequence[Coupon]) -> WhyNot | None:
    """Why these coupons cannot be used, each by itself or together; None when they can."""
    alone = [discounting.why_not(coupon, against, clock.now()) for coupon in wanted]
    policy = await policy_of(CouponPolicy, bill.store_id)
    together = (discounting.stacking_refusal(wanted, policy), discounting.idle_refusal(against, wanted))
    return next(filter(None, [*alone, *together]), None)


async def choose_best(bill: Bill) -> None:
    """Choose the combination that saves most, when the bill is sent. Saves the bill."""
    policy = await policy_of(CouponPolicy, bill.store_id)
    best = discounting.pick_best(await _as_rule(bill), await _coupons(bill), clock.now(), policy)
    await _use(bill, list(best.coupons), best.bill)


async def clear(bill: Bill) -> None:
    """Remove all discounts, after the coupons were released. Saves the bill."""
    await ledger.write_discounts(bill, discounting.apply_coupons(await _as_rule(bill), ()), {})


async def choices(bill: AnyBill) -> list[CouponChoice]:
    """Every coupon the owner has, with what it would save or why it cannot be used."""
    against = await _as_rule(bill)
    chosen = {discount.coupon_id for discount in await BillDiscount.filter(bill_id=bill.id)}
    found = []
    for coupon in await _coupons(bill):
        refusal = discounting.why_not(coupon, against, clock.now())
        alone_fen = 0 if refusal else discounting.apply_coupons(against, [coupon]).discount_fen
        found.append(
            CouponChoice(coupon.id, coupon.name, coupon.id in chosen, alone_fen, refusal.sentence if refusal else None)
        )
    return sorted(found, key=lambda choice: (not choice.is_chosen, choice.reason is not None, -choice.alone_fen))


async def _use(bill: Bill, coupons: Sequence[Coupon], discounted: DiscountedBill) -> None:
    wanted = [coupon.id for coupon in coupons]
    await using.release(ledger.about(bill), keep=wanted)
    await using.lock(bill.customer_id, wanted, ledger.about(bill), taking_over_from=_booking(bill))
    await ledger.write_discounts(bill, discounted, {coupon.id: coupon.name for coupon in coupons})


async def _coupons(bill: AnyBill) -> list[Coupon]:
    held_for = {ledger.about(bill), *_booking(bill)}
    usable = await using.usable_by(bill.customer_id, held_for=held_for)
    return [coupon for coupon in usable if coupon.state is not CouponState.FROZEN]


def _booking(bill: AnyBill) -> set[str]:
    """The appointment, if any, whose coupon locks the bill may take over."""
    return set() if bill.coupons_from is None else {bill.coupons_from}


async def _as_rule(bill: AnyBill) -> DiscountableBill:
    lines = tuple(
        BillLine(line.line_no, line.kind, line.amount_fen, payer=bill.payer.value, item_code=line.item_code)
        for line in await ledger.lines_of(bill)
    )
    return DiscountableBill(lines, bill.store_id, bill.vehicle_id)
