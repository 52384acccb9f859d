"""Reads what technicians ask for: for the store room what waits, for themselves what became of it."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.part_asks.rules import PartAskState
from crm_core.repair_orders.staff_models import StaffPhoto
from foundation import clock
from foundation.media_links import signed
from foundation.reading import Query, derive, literals, read_model

RECENT: Final = timedelta(days=90)
"""How far back a technician reads what became of what they asked for; longer ago the job is forgotten (house rule)."""
_MOST: Final = 100


@read_model
class _Ask:
    """Something a technician waits for."""

    id: int
    repair_order_id: int
    number: str
    line_id: int
    line: str
    words: str
    quantity: int
    asked_by: str
    asked_at: datetime
    bay: str | None
    plate: str
    series: str


@read_model
class _Asked(_Ask):
    """The same with the media key of its picture."""

    photo: str


@read_model
class PartAskRow(_Ask):
    """The same for the store room's page, with the picture to look at."""

    picture: StaffPhoto | None


@read_model
class AnsweredAsk:
    """What somebody asked for, and what became of it: which part came, why none did, or what the owner decided."""

    id: int
    number: str
    line: str
    plate: str
    series: str
    words: str
    quantity: int
    asked_at: datetime
    state: PartAskState
    answered_by: str | None
    answered_at: datetime
    answer: str
    """Why it was refused."""
    part: str | None
    part_number: str | None
    pieces: int | None
    part_state: RequestState | None
    """Where the part that was given is."""
    decision: AdditionalWorkState | None
    """Where the owner's decision stands."""


_WAITING = Query(
    _Asked,
    f"""
    SELECT a.id, a.repair_order_id, r.number, a.line_id, l.name AS line, a.words, a.quantity, s.name AS asked_by,
           a.asked_at, b.name AS bay, v.plate, m.series, a.photo
    FROM part_ask a JOIN repair_order r ON r.id = a.repair_order_id JOIN repair_line l ON l.id = a.line_id
    JOIN staff s ON s.id = a.asked_by JOIN vehicle v ON v.id = r.vehicle_id
    JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN bay b ON b.id = l.bay_id
    WHERE r.store_id = $1 AND a.state IN ({literals(PartAskState.ASKED)}) ORDER BY a.asked_at, a.id LIMIT 100
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[PartAskRow]:
    """What technicians of a store wait for, the longest first."""
    authorise(actor, "parts.read", subject(store_id=store_id))
    return [
        derive(PartAskRow, row, picture=StaffPhoto(signed(row.photo), "申领") if row.photo else None)
        for row in await _WAITING.all(store_id)
    ]


_ANSWERED = Query(
    AnsweredAsk,
    f"""
    SELECT k.id, r.number, l.name AS line, v.plate, m.series, k.words, k.quantity, k.asked_at, k.state,
           s.name AS answered_by, k.ended_at AS answered_at, k.answer, p.name AS part, p.number AS part_number,
           q.quantity AS pieces, q.state AS part_state, w.state AS decision
    FROM part_ask k JOIN repair_line l ON l.id = k.line_id JOIN repair_order r ON r.id = k.repair_order_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    LEFT JOIN staff s ON s.id = k.ended_by LEFT JOIN part_request q ON q.id = k.part_request_id
    LEFT JOIN part p ON p.id = q.part_id LEFT JOIN additional_work w ON w.id = k.additional_work_id
    WHERE k.asked_by = $1 AND k.ended_at >= $2
      AND k.state IN ({literals(PartAskState.GIVEN, PartAskState.REFUSED, PartAskState.TO_OWNER)})
    ORDER BY k.ended_at DESC, k.id DESC LIMIT {_MOST}
    """,
)


async def answered_of_reader(actor: Actor) -> list[AnsweredAsk]:
    """What became of what the reader asked for in the last months, the newest answer first."""
    authorise(actor, "parts.ask", subject(staff_ids=[actor.id]))
    return await _ANSWERED.all(actor.id, clock.now() - RECENT)
