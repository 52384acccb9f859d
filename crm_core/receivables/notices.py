"""Who is told that a receivable is late: finance of its store, and who made the bill while it is not submitted."""

from typing import Final

from crm_core.billing.models import Bill
from crm_core.billing.rules import Payer
from crm_core.messaging.service import say
from crm_core.payments.outside_notices import finance_of
from crm_core.receivables.models import Receivable
from crm_core.receivables.rules import OUTSIDE, ReceivableState
from foundation import clock
from foundation.refs import Ref

END_OF_DAY: Final = 18
"""The hour by which the step of a day is expected."""
_WHOSE: Final = {Payer.W: "三包索赔", Payer.I: "保险理赔", Payer.N: "内部账", Payer.G: "善意账"}
_NEXT: Final = {
    ReceivableState.OPEN: "把资料提交给对方",
    ReceivableState.SUBMITTED: "问对方核准了没有",
    ReceivableState.ACCEPTED: "催款，到账后登记",
    ReceivableState.PART_ACCEPTED: "催款；被拒的重新提交或内部承担",
    ReceivableState.REFUSED: "重新提交，或内部承担",
}
_CHARGE: Final = "服务经理或店总记到部门"


async def tell_it_is_late(receivable: Receivable) -> None:
    """A card to each; a reminder of another day is another message."""
    bill = await Bill.get(id=receivable.bill_id)
    people = await finance_of(receivable.store_id)
    if receivable.state in (ReceivableState.OPEN, ReceivableState.REFUSED):
        people = [bill.made_by_id, *people]
    open_fen = receivable.amount_fen - receivable.received_fen - receivable.borne_fen
    for staff_id in dict.fromkeys(people):
        await say(
            "receivable_late",
            {
                "subject": f"{_WHOSE[receivable.payer]} {bill.number.removeprefix('RO-')}",
                "asked_fen": open_fen,
                "next_step": _NEXT[receivable.state] if receivable.payer in OUTSIDE else _CHARGE,
                "due_at": clock.at(receivable.due_on, END_OF_DAY),
            },
            staff_id=staff_id,
            about=Ref("receivable", receivable.id),
            dedupe_key=f"receivable:{receivable.id}:late:{receivable.reminded_on}:{staff_id}",
        )
