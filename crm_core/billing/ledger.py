"""What every verb on a bill does first: take it under lock, seen and permitted, at the version the actor saw."""

from crm_core.billing import billables, rules
from crm_core.billing.billables import Billable
from crm_core.billing.errors import BillNotFound
from crm_core.billing.events import BillFacts
from crm_core.billing.models import Bill, BillDiscount, BillLine
from crm_core.billing.rules import Payer
from crm_core.coupons.discounting import DiscountedBill
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, subject
from crm_core.payments.settling import lock_thing
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref


def about(bill: Bill) -> Ref:
    """How coupons and payments name the bill."""
    return Ref("bill", bill.id)


def billed(bill: Bill) -> tuple[Billable, int]:
    """The room of what is billed, and the number of the thing there."""
    thing = Ref.parse(bill.about)
    return billables.of(thing), thing.number


def subject_of(bill: Bill) -> Subject:
    """What permission depends on; a bill of another payer is nobody's own."""
    customer_id = bill.customer_id if bill.payer is Payer.CP else None
    return subject(store_id=bill.store_id, customer_id=customer_id)


async def take(actor: Actor, bill_id: int, action: str, expected_version: int | None = None) -> Bill:
    """The bill under lock. Its money is locked first, in the order in which a payment's success locks too.

    Raises:
        BillNotFound: none, or not for this actor.
        StaleVersion: it changed since the actor saw it.
    """
    seen = await Bill.get_or_none(id=bill_id)
    if seen is None:
        raise BillNotFound
    authorise(actor, action, subject_of(seen))
    await lock_thing(about(seen))
    bill = await Bill.select_for_update().get(id=bill_id)
    if actor.is_owner and bill.state is rules.BillState.DRAFT:
        raise BillNotFound
    if expected_version is not None:
        require_version(bill, expected_version)
    return bill


def require_version(bill: Bill, expected_version: int) -> None:
    """Refuse an act on a bill that changed since the actor saw it.

    Raises:
        StaleVersion: details tell what it comes to now.
    """
    if bill.version != expected_version:
        raise StaleVersion(current_version=bill.version, current_state=bill.state.value, total_fen=bill.total_fen)


def move(bill: Bill, action: str) -> None:
    """Change the state as the table of moves allows and count the version up; the caller saves."""
    bill.state = next_state(rules.BILL_MOVES, bill.state, action)
    bill.version += 1


async def lines_of(bill: Bill) -> list[BillLine]:
    """Its lines in their order."""
    return await BillLine.filter(bill_id=bill.id).order_by("line_no")


async def write_discounts(bill: Bill, discounted: DiscountedBill, names: dict[int, str]) -> None:
    """Replace the bill's discounts by these; shares, lines and sums change together. Saves the bill."""
    await BillDiscount.filter(bill_id=bill.id).delete()
    for use in discounted.uses:
        await BillDiscount.create(
            bill_id=bill.id,
            coupon_id=use.coupon_id,
            name=names[use.coupon_id],
            discount_fen=use.discount_fen,
            shares_fen={str(line_no): share for line_no, share in use.shares_fen.items()},
        )
    for line in await lines_of(bill):
        line.discount_fen = line.amount_fen - discounted.lines_fen[line.line_no]
        await line.save(update_fields=["discount_fen"])
    bill.discount_fen = discounted.discount_fen
    bill.total_fen = bill.subtotal_fen - bill.discount_fen
    await bill.save()


def facts(actor: str, bill: Bill) -> BillFacts:
    """What every event of a bill says."""
    return BillFacts(
        actor=actor,
        customer_id=bill.customer_id,
        store_id=bill.store_id,
        bill_id=bill.id,
        about=bill.about,
        total_fen=bill.total_fen,
    )
