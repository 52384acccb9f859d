"""出场: the camera at the gate saw a plate leave. It only makes an existing hand-over more certain."""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import stores_within
from crm_core.repair_orders.hand_over import rules
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState, HowLeft
from crm_core.spelling.plate import normalise_plate
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.reading import literals

REPORT: Final = "partners.report_departures"
_OFFERED: Final = f"""
SELECT h.id FROM hand_over h JOIN vehicle v ON v.id = h.vehicle_id
WHERE v.plate = $1 AND h.store_id = ANY($2::bigint[])
  AND h.state IN ({literals(HandOverState.AWAITING_OWNER, HandOverState.DISPUTED)})
  AND h.offered_at <= $3
ORDER BY h.id DESC LIMIT 1
"""


async def note_passage(actor: Actor, plate: str, seen_at: datetime) -> bool:
    """Note that a car was seen leaving; returns whether a car that had been handed over carries this plate.

    A plate that the camera misread, a car that is none of ours or was not given back yet, and a passage reported twice
    change nothing.

    Raises:
        NotAllowed: the program was not given this.
    """
    stores = stores_within(actor, REPORT)
    if not stores:
        raise NotAllowed(action=REPORT)
    number = normalise_plate(plate)
    # What the camera could not read is no plate, and so is not that of a car that has none yet.
    if not number or not rules.is_passage_believed(seen_at, clock.now()):
        return False
    async with database.transaction():
        latest = seen_at + rules.CLOCKS_DIFFER
        found = await database.fetch_value(_OFFERED, number, sorted(stores), latest)
        if found is None:
            return False
        hand_over = await HandOver.select_for_update().get(id=found)
        if hand_over.state in (HandOverState.AWAITING_OWNER, HandOverState.DISPUTED):
            if hand_over.how_left is not HowLeft.SEEN:
                hand_over.left_at, hand_over.how_left = min(seen_at, clock.now()), HowLeft.SEEN
                await hand_over.save(update_fields=["left_at", "how_left"])
            return True
        return False
