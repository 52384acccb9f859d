"""Whose account reads the sums of an order: its owners', whoever brought the car, and whom an owner authorised.

Family and drivers are shown the progress: what it costs, and what was agreed to and paid, are not theirs to read.
"""

from typing import Final

from crm_core.authorised_persons.standing import IN_FORCE
from crm_core.billing.billables import Part
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.errors import OwnerMustDecide
from crm_core.repair_orders.owner_view_rules import owner_decides
from crm_core.vehicles.models import BindingRole, BindingState
from foundation import clock, database
from foundation.reading import literals

READER: Final = f"""
LEFT JOIN binding bound ON bound.vehicle_id = r.vehicle_id AND bound.customer_id = $2
     AND bound.state IN ({literals(BindingState.BOUND)})
LEFT JOIN authorised_person a ON a.vehicle_id = r.vehicle_id AND a.customer_id = $2
     AND (a.until_on IS NULL OR a.until_on >= $3) AND {IN_FORCE}
LEFT JOIN bill owners_bill ON owners_bill.about = 'repair_order:' || r.id
     AND owners_bill.payer IN ({literals(Payer.CP)})
"""
"""Joins to an order `r` what the reader `$2` has to do with it on the day `$3`, for the conditions below: how their
account is `bound` to the car, the authority `a` they were given, and the bill. Each is one row or none, by a unique
index, so that a statement looks for them once however many of the conditions it has.
"""
IS_OWNER: Final = f"(bound.role IS NOT DISTINCT FROM {literals(BindingRole.OWNER)})"
HAS_AUTHORITY: Final = "(a.id IS NOT NULL)"
DECIDES: Final = f"({IS_OWNER} OR {HAS_AUTHORITY})"
SEES_SUMS: Final = f"(r.customer_id = $2 OR {DECIDES})"
BILL_IS_THEIRS: Final = f"(r.customer_id = $2 OR {IS_OWNER} OR coalesce(a.limit_fen >= owners_bill.total_fen, false))"
"""They may pay the bill, because they brought the car, own it, or are authorised up to a sum that is not below it."""
OWNERS_FEN: Final = f"""CASE l.payer WHEN {literals(Payer.CP)} THEN l.labour_fen + l.parts_fen
    ELSE least(l.deductible_fen, l.labour_fen + l.parts_fen) END"""
"""What the owner pays of a line `l`, as `deductible_rules.owners_fen` says it."""
_PART_IN_BILL: Final = f"""
SELECT CASE WHEN {IS_OWNER} OR a.limit_fen >= $4 THEN {literals(Part.PAYS)}
            WHEN {HAS_AUTHORITY} THEN {literals(Part.ABOVE_LIMIT)} ELSE {literals(Part.LOOKS)} END
FROM repair_order r {READER} WHERE r.id = $1
"""
_OWNERS: Final = f"""
SELECT c.name FROM repair_order r JOIN binding o ON o.vehicle_id = r.vehicle_id JOIN customer c ON c.id = o.customer_id
WHERE r.id = $1 AND o.state IN ({literals(BindingState.BOUND)}) AND o.role IN ({literals(BindingRole.OWNER)})
ORDER BY o.id
"""
_SEES: Final = f"SELECT {SEES_SUMS} FROM repair_order r {READER} WHERE r.id = $1"


async def sees_sums(actor: Actor, repair_order_id: int) -> bool:
    """Whether an owner's account reads the sums of an order it may see."""
    return bool(await database.fetch_value(_SEES, repair_order_id, actor.id, clock.today()))


async def part_in_bill(customer_id: int, repair_order_id: int, amount_fen: int) -> Part:
    """What a customer who sees the order has to do with its bill of `amount_fen`: an owner of the car pays it, and so
    does an authorised person up to their limit.
    """
    return Part(await database.fetch_value(_PART_IN_BILL, repair_order_id, customer_id, clock.today(), amount_fen))


async def require_sums(actor: Actor, repair_order_id: int) -> None:
    """Refuse a paper with prices to whoever is only shown the progress; staff have masks of their own.

    Raises:
        OwnerMustDecide.
    """
    if actor.is_owner and not await sees_sums(actor, repair_order_id):
        raise OwnerMustDecide(await who_must_decide(repair_order_id))


async def who_must_decide(repair_order_id: int) -> str:
    """The sentence for whoever may only look at an order."""
    rows = await database.fetch(_OWNERS, repair_order_id)
    return owner_decides([row["name"] for row in rows])
