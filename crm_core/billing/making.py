"""出账: draft a bill for each payer from authorised work, send the owner theirs, recall it until they confirm."""

from collections.abc import Sequence

from crm_core.billing import billables, choosing, ledger, notices, paying
from crm_core.billing.billables import BillableLine, Thing
from crm_core.billing.errors import BillNotFound
from crm_core.billing.events import BillRecalled, BillSent
from crm_core.billing.models import Bill, BillDiscount, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons import using
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments.settling import lock_thing
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref


async def make(actor: Actor, about: Ref) -> Bill:
    """Make one bill per payer for a thing and return the owner's. If drafts exist, they are written anew.

    What the maker, an insurer or the house pays is never on the owner's bill, whose total may therefore be zero.

    Raises:
        NothingToBill: nothing is authorised and done, or the thing is not ready.
        BillNotFound: there is no such thing.
    """
    async with database.transaction():
        billable = billables.of(about)
        thing = await billable.thing(about.number)
        if thing is None:
            raise BillNotFound("没找到这张工单。")
        authorise(actor, "bills.make", subject(store_id=thing.store_id))
        # If two advisors do this at once, the second waits here and then finds the first one's drafts.
        await database.advisory_lock(f"bills-of:{about}")
        # If it is being sent, this waits: what the owner is shown is not written anew.
        made = await Bill.select_for_update().get_or_none(about=about, payer=Payer.CP)
        if made is not None and made.state is not BillState.DRAFT:
            return made
        return await _draft(actor, thing, await billable.lines(about.number))


async def send(actor: Actor, bill_id: int, *, expected_version: int | None = None) -> Bill:
    """Send the bill to the owner, with the coupons that save most already chosen and locked for it.

    Its lines are read again, since more may have been authorised after the draft or a recalled bill was made. A bill
    with nothing to pay needs no confirmation and is paid at once.

    Raises:
        Refused: the thing is not finished; the sentence says what is missing.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.make", expected_version)
        if bill.payer is not Payer.CP:
            raise BillNotFound
        return await _show(actor, bill)


async def recall(actor: Actor, bill_id: int, *, expected_version: int | None = None) -> Bill:
    """Recall a bill before the owner has confirmed it; its coupons are released.

    Raises:
        IllegalMove: the owner has confirmed or paid it.
        StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.make", expected_version)
        await _take_back(actor, bill)
        return bill


async def send_anew(actor: Actor, about: Ref) -> bool:
    """Show the owner a bill again of which they changed what it is for; False if they have confirmed it, or have not
    seen one yet. For the room that let them, and so does not ask whether the actor makes bills.
    """
    async with database.transaction():
        seen = await Bill.get_or_none(about=about, payer=Payer.CP)
        if seen is None:
            return False
        await lock_thing(ledger.about(seen))
        bill = await Bill.select_for_update().get(id=seen.id)
        if bill.state is not BillState.SENT:
            return False
        await _take_back(actor, bill)
        await _show(actor, bill)
        return True


async def _take_back(actor: Actor, bill: Bill) -> None:
    ledger.move(bill, "recall")
    bill.sent_at = None
    bill.disputed_fen = 0  # Its lines are written anew.
    await using.release(ledger.about(bill))
    await choosing.clear(bill)
    billable, number = ledger.billed(bill)
    await billable.recalled(actor, number)
    await record(BillRecalled(**ledger.facts(str(actor), bill)))


async def _show(actor: Actor, bill: Bill) -> Bill:
    billable, number = ledger.billed(bill)
    if bill.state is BillState.DRAFT:
        # Like every verb, this locks the thing after its bill.
        lines = await billable.lines_to_send(number)
        thing = await billable.thing(number)
        assert thing is not None
        bill = await _draft(actor, thing, lines)
    ledger.move(bill, "send")
    bill.sent_at = clock.now()
    await choosing.choose_best(bill)
    await billable.sent(actor, number, bill.total_fen)
    await record(BillSent(**ledger.facts(str(actor), bill)))
    if bill.subtotal_fen == 0:
        await paying.agree(actor, bill)
    else:
        await notices.tell_due(bill)
    await bill.refresh_from_db(fields=["disputed_fen", "version"])  # What is disputed may be held again.
    return bill


async def _draft(actor: Actor, thing: Thing, lines: Sequence[BillableLine]) -> Bill:
    """Write the drafts of every payer anew and return the owner's."""
    by_payer: dict[Payer, list[BillableLine]] = {Payer.CP: []}
    for line in lines:
        by_payer.setdefault(line.payer, []).append(line)
    await _drop_drafts(thing.about)
    bills = {payer: await _write(actor, thing, payer, its_lines) for payer, its_lines in by_payer.items()}
    return bills[Payer.CP]


async def _drop_drafts(about: Ref) -> None:
    """Delete the lines of the drafts but keep the bills, so that a draft keeps its number."""
    ids = await Bill.filter(about=about).values_list("id", flat=True)
    await BillDiscount.filter(bill_id__in=list(ids)).delete()
    await BillLine.filter(bill_id__in=list(ids)).delete()
    await Bill.filter(id__in=list(ids)).update(subtotal_fen=0, discount_fen=0, total_fen=0)


async def _write(actor: Actor, thing: Thing, payer: Payer, lines: Sequence[BillableLine]) -> Bill:
    bill = await Bill.get_or_none(about=thing.about, payer=payer)
    if bill is None:
        bill = Bill(
            about=thing.about,
            number=thing.number,
            title=thing.title,
            store_id=thing.store_id,
            customer_id=thing.customer_id,
            vehicle_id=thing.vehicle_id,
            coupons_from=thing.coupons_from,
            payer=payer,
            state=BillState.DRAFT,
            created_at=clock.now(),
        )
    if actor.kind == "staff":
        bill.made_by_id = actor.id
    bill.subtotal_fen = bill.total_fen = sum(line.amount_fen for line in lines)
    bill.discount_fen = 0
    await bill.save()
    await BillLine.bulk_create(
        BillLine(
            bill_id=bill.id,
            line_no=number,
            about=line.about,
            kind=line.kind,
            name=line.name,
            item_code=line.item_code,
            amount_fen=line.amount_fen,
            authorised_version=line.authorised_version,
            authorised_at=line.authorised_at,
            payer_approval_number=line.payer_approval_number,
            off_fen=line.off_fen,
        )
        for number, line in enumerate(lines, start=1)
    )
    return bill
