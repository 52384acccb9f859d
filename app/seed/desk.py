"""At the first store's desk a bill has been paid in part: some of it in cash, some by the code on a phone."""

from typing import Final

import orjson

from crm_core.billing import paying
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Store
from crm_core.payments.models import CashierShift
from crm_core.payments.rules import Method
from crm_core.payments.shift_rules import ShiftState
from foundation.http import HttpClient
from foundation.settings import get_settings

_PAYER: Final = "liuyan"
_CASH_FEN: Final = 100_00
_CODE_FEN: Final = 200_00
"""Below what WeChat asks a password for, so that the answer comes at once."""


async def make() -> None:
    """The rest is still to pay. The clocks of product and simulator must agree."""
    store = await Store.get(code="S01")
    shift = await CashierShift.filter(store_id=store.id, state=ShiftState.OPEN).order_by("id").first()
    due = Bill.filter(store_id=store.id, payer=Payer.CP, state=BillState.SENT, disputed_fen=0)
    bill = await due.filter(total_fen__gt=_CASH_FEN + _CODE_FEN).order_by("id").first()
    if shift is None or bill is None:
        return
    cashier = await staff_actor(shift.cashier_id)
    await paying.receive_offline(cashier, bill.id, _CASH_FEN, Method.CASH)
    client = HttpClient("simulator", get_settings().simulator_url)
    try:
        shown = await client.request("POST", f"control/people/{_PAYER}/payment-code")
    finally:
        await client.close()
    await paying.receive_by_code(cashier, bill.id, orjson.loads(shown.body)["code"], _CODE_FEN)
