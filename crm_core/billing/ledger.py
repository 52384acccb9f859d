"""What all verbs on a bill share: locking it with the permission and version checks, its moves and its sums."""

from typing import Final, Protocol

from crm_core.billing import billables, rules
from crm_core.billing.billables import Billable, Part
from crm_core.billing.errors import BillAboveLimit, BillNotFound, NotThePayer
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

_REFUSALS: Final = {Part.LOOKS: NotThePayer, Part.ABOVE_LIMIT: BillAboveLimit}


class AnyBill(Protocol):
    """What is asked of a bill that is only looked at. Both the row that a verb holds and the read model of a screen
    have it.
    """

    @property
    def id(self) -> int: ...
    @property
    def about(self) -> str: ...
    @property
    def store_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def vehicle_id(self) -> int | None: ...
    @property
    def coupons_from(self) -> str | None: ...
    @property
    def payer(self) -> Payer: ...
    @property
    def state(self) -> rules.BillState: ...
    @property
    def total_fen(self) -> int: ...


def about(bill: AnyBill) -> Ref:
    """The ref by which coupons and payments name the bill."""
    return Ref("bill", bill.id)


def billed(bill: AnyBill) -> tuple[Billable, int]:
    """The room of the thing that is billed, and the id of the thing."""
    thing = Ref.parse(bill.about)
    return billables.of(thing), thing.number


async def subject_of(actor: Actor, bill: AnyBill) -> Subject:
    """The subject for permission checks. Only the bill of payer CP belongs to its customer, and to whoever else the
    billed thing lets pay it.

    Raises:
        NotThePayer, BillAboveLimit: an owner's account sees the billed thing, but does not pay this bill.
    """
    if bill.payer is not Payer.CP:
        return subject(store_id=bill.store_id)
    if actor.is_owner and actor.id != bill.customer_id and bill.state is not rules.BillState.DRAFT:
        billable, number = billed(bill)
        part = await billable.part_of(actor.id, number, bill.total_fen)
        if part in _REFUSALS:
            raise _REFUSALS[part]
        if part is Part.PAYS:
            return subject(store_id=bill.store_id, customer_id=actor.id)
    return subject(store_id=bill.store_id, customer_id=bill.customer_id)


async def take(actor: Actor, bill_id: int, action: str, expected_version: int | None = None) -> Bill:
    """Lock the bill, and check the actor's permission and the version they saw.

    The lock of its money is taken first, in the same order as when a payment succeeds.

    Raises:
        BillNotFound: it does not exist, or this actor may not see it.
        NotThePayer, BillAboveLimit: as for `subject_of`.
        StaleVersion: it changed since the actor saw it.
    """
    seen = await Bill.get_or_none(id=bill_id)
    if seen is None:
        raise BillNotFound
    authorise(actor, action, await subject_of(actor, seen))
    await lock_thing(about(seen))
    bill = await Bill.select_for_update().get(id=bill_id)
    if actor.is_owner and bill.state is rules.BillState.DRAFT:
        raise BillNotFound
    if expected_version is not None:
        require_version(bill, expected_version)
    return bill


def require_version(bill: Bill, expected_version: int) -> None:
    """Check that the bill has not changed since the actor saw it.

    Raises:
        StaleVersion: it has; the details hold its current state and total.
    """
    if bill.version != expected_version:
        raise StaleVersion(current_version=bill.version, current_state=bill.state.value, total_fen=bill.total_fen)


def move(bill: Bill, action: str) -> None:
    """Change the state by the table of moves and increase the version. The caller saves the bill.

    Raises:
        IllegalMove: the table has no such move.
    """
    bill.state = next_state(rules.BILL_MOVES, bill.state, action)
    bill.version += 1


async def lines_of(bill: AnyBill) -> list[BillLine]:
    """Its lines in their order."""
    return await BillLine.filter(bill_id=bill.id).order_by("line_no")


async def write_discounts(bill: Bill, discounted: DiscountedBill, names: dict[int, str]) -> None:
    """Replace the bill's discounts, with their shares, lines and sums. `names`: coupon names by id. Saves the bill."""
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
    bill.disputed_fen = rules.held_fen(bill.disputed_fen, bill.total_fen, bill.paid_fen)
    await bill.save()


def facts(actor: str, bill: Bill) -> BillFacts:
    """The facts for `events.BillEvent`."""
    return BillFacts(
        actor=actor,
        customer_id=bill.customer_id,
        store_id=bill.store_id,
        bill_id=bill.id,
        about=bill.about,
        total_fen=bill.total_fen,
    )
