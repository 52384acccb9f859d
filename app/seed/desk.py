"""At the first store's desk a bill has been paid in part: some of it in cash, some by the code on a phone. By another
code its owner has paid ahead for the next visit.
"""

from typing import Final

import orjson

from crm_core.billing import paying
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Store
from crm_core.deposits import service as deposits
from crm_core.payments.models import CashierShift
from crm_core.payments.rules import Method
from crm_core.payments.shift_rules import ShiftState
from foundation.http import HttpClient
from foundation.settings import get_settings

_PAYER: Final = "liuyan"
_CASH_FEN: Final = 100_00
_CODE_FEN: Final = 200_00
_AHEAD_FEN: Final = 300_00
"""The codes stay below what WeChat asks a password for, so that the answer comes at once."""


async def make() -> None:
    """The rest is still to pay. The clocks of product and simulator must agree."""
    store = await Store.get(code="S01")
    shift = await CashierShift.filter(store_id=store.id, state=ShiftState.OPEN).order_by("-id").first()
    due = Bill.filter(store_id=store.id, payer=Payer.CP, state=BillState.SENT, disputed_fen=0)
    bill = await due.filter(total_fen__gt=_CASH_FEN + _CODE_FEN).order_by("id").first()
    if shift is None or bill is None:
        return
    cashier = await staff_actor(shift.cashier_id)
    await paying.receive_offline(cashier, bill.id, _CASH_FEN, Method.CASH)
    await paying.receive_by_code(cashier, bill.id, await _code(), _CODE_FEN)
    await deposits.pay_in_by_code(cashier, store.id, bill.customer_id, _AHEAD_FEN, await _code())


async def _code() -> str:
    """What the payer's phone shows; it is used once."""
    client = HttpClient("simulator", get_settings().simulator_url)
    try:
        shown = await client.request("POST", f"control/people/{_PAYER}/payment-code")
    finally:
        await client.close()
    return str(orjson.loads(shown.body)["code"])
