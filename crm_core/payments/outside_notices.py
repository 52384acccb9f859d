"""Tells finance of money that moved without us."""

from crm_core.dealerships.models import Role
from crm_core.messaging.service import say
from crm_core.payments.models import OutsideMovement
from crm_core.payments.rules import MovementKind
from foundation import database
from foundation.refs import Ref

TAIL_CHARS = 6
_WHO = """
SELECT DISTINCT s.id FROM staff s JOIN staff_role r ON r.staff_id = s.id
WHERE s.is_active AND r.role = $1 AND ($2::bigint IS NULL AND (r.store_id IS NULL AND r.region_id IS NULL OR $3)
  OR r.store_id = $2 OR (r.store_id IS NULL AND r.region_id IS NULL)
  OR r.region_id = (SELECT region_id FROM store WHERE id = $2)) ORDER BY s.id
"""


async def tell_finance(movement: OutsideMovement) -> None:
    """Send a card to each. A movement without a store goes to the group's finance or, without one, to all finance
    staff.
    """
    is_ours = movement.payment_id is not None
    words = {
        (MovementKind.REFUND, True): "商户平台退了款，单号尾",
        (MovementKind.REFUND, False): "退款查无此单，单号尾",
        (MovementKind.PAYMENT, False): "收款查无此单，单号尾",
    }[movement.kind, is_ours]
    if movement.amount_fen is None:
        next_step = "到商户平台查退款单号再核对"
    else:
        next_step = "核对后写明原因" if is_ours else "查清是谁的，写明原因"
    for staff_id in await finance_of(movement.store_id):
        await say(
            "money_outside",
            {
                "subject": f"{words} {movement.out_trade_no[-TAIL_CHARS:]}",
                "asked_fen": movement.amount_fen,
                "filed_at": movement.found_at,
                "next_step": next_step,
            },
            staff_id=staff_id,
            about=Ref("outside_movement", movement.id),
            dedupe_key=f"outside_movement:{movement.id}:{staff_id}",
        )


async def finance_of(store_id: int | None) -> list[int]:
    """The ids of finance staff for the store; if there are none, of its general managers."""
    for role, is_anybody in ((Role.FIN, False), (Role.FIN, True), (Role.GM, True)):
        rows = await database.fetch(_WHO, role.value, store_id, is_anybody)
        if rows:
            return [row["id"] for row in rows]
    return []
