"""出场: a car that the camera saw leaving stands at the gate no more, whatever it came for."""

from datetime import datetime
from typing import Final

from crm_core.arrivals.events import CarAtGate
from crm_core.arrivals.rules import ArrivalState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import stores_within
from crm_core.repair_orders.hand_over import gate
from crm_core.repair_orders.hand_over.rules import is_passage_believed
from crm_core.spelling.plate import normalise_plate
from foundation import clock, database
from foundation.events import record
from foundation.reading import literals

_LEFT: Final = f"""
UPDATE gate_arrival SET state = {literals(ArrivalState.LEFT)}, ended_at = $4, version = version + 1
WHERE plate = $1 AND store_id = ANY($2::bigint[]) AND state = {literals(ArrivalState.WAITING)} AND last_seen_at <= $3
RETURNING id, store_id
"""


async def note_passage(actor: Actor, plate: str, seen_at: datetime) -> bool:
    """Note that a car was seen leaving; returns whether a car that had been handed over carries this plate.

    Raises:
        NotAllowed: the program was not given this.
    """
    async with database.transaction():
        is_handed_over = await gate.note_passage(actor, plate, seen_at)
        number = normalise_plate(plate)
        if not number or not is_passage_believed(seen_at, clock.now()):
            return is_handed_over
        stores = sorted(stores_within(actor, gate.REPORT) or ())
        for row in await database.fetch(_LEFT, number, stores, seen_at, clock.now()):
            await record(CarAtGate(actor=str(actor), store_id=row["store_id"], gate_arrival_id=row["id"]))
        return is_handed_over
