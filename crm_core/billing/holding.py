"""What the owner disputes of a bill: it is not due while they wait for an answer, and may be taken off."""

from crm_core.billing import ledger, paying, rules
from crm_core.billing.errors import NotToTakeOff
from crm_core.billing.events import BillReduced
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.paying import PAYABLE
from crm_core.dealerships.actors import Actor
from crm_core.payments.settling import lock_thing
from foundation.events import record


async def lock(bill_id: int) -> Bill | None:
    """The bill, locked after its money, in the order of every verb; None if there is none. Asks for no permission."""
    seen = await Bill.get_or_none(id=bill_id)
    if seen is None:
        return None
    await lock_thing(ledger.about(seen))
    return await Bill.select_for_update().get(id=bill_id)


async def hold(bill: Bill, disputed_fen: int) -> None:
    """Leave this sum, which waits for an answer, out of what is due. The caller has locked the bill."""
    held_fen = rules.held_fen(disputed_fen, bill.total_fen, bill.paid_fen)
    if held_fen == bill.disputed_fen:
        return
    bill.disputed_fen = held_fen
    bill.version += 1
    await bill.save()


async def take_off(actor: Actor, bill: Bill, line_no: int, amount_fen: int, why: str) -> None:
    """减免: take a sum off a line that is not paid yet; if nothing is left to pay, the bill is paid thereby.

    The caller has locked the bill and decided that it may be done.

    Raises:
        NotToTakeOff: the bill is not confirmed, it is paid, or the sum is more than is left of the line or the bill.
    """
    line = await BillLine.get_or_none(bill_id=bill.id, line_no=line_no)
    refusal = rules.take_off_refusal(
        is_payable=bill.state in PAYABLE,
        line_fen=line.payable_fen if line else 0,
        unpaid_fen=bill.total_fen - bill.paid_fen,
        amount_fen=amount_fen,
    )
    if refusal is not None or line is None:
        raise NotToTakeOff(refusal or NotToTakeOff.message)
    line.amount_fen -= amount_fen
    line.off_fen += amount_fen
    await line.save()
    bill.subtotal_fen -= amount_fen
    bill.total_fen -= amount_fen
    bill.disputed_fen = rules.held_fen(bill.disputed_fen, bill.total_fen, bill.paid_fen)
    bill.version += 1
    await bill.save()
    await record(BillReduced(**ledger.facts(str(actor), bill), amount_fen=amount_fen, line=line.name, why=why))
    if bill.total_fen == bill.paid_fen:
        await paying.become_paid(actor, bill)
