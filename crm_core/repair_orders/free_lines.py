"""自由项目 on the estimate, and 外购件: parts that the store room buys for one job once the owner has allowed it.

An outside part gets a number of its own in the store room. From then on it goes the way of every part: the car waits
for it, a purchase order says from whom it comes and what it costs, it is handed out, used and billed. A piece whose job
falls away stays on the shelf under its number until it is sent back.
"""

from collections.abc import Sequence
from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts import service as parts
from crm_core.pricing import job_prices
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import notices
from crm_core.repair_orders.errors import FreeLineIncomplete, RepairOrderNotFound
from crm_core.repair_orders.free_line_rules import FreeJob, OutsidePart, gap_in, part_number
from crm_core.repair_orders.models import LineSource, RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.rules import LineState
from crm_core.vehicles.models import Powertrain, Vehicle
from foundation.reading import Query, read_model
from foundation.refs import Ref

_NOTE_MAX_CHARS: Final = 200
_HOUR: Final = 100


@read_model
class LabourPrices:
    """What an hour of labour costs on an order's car today, so that the advisor sees what hours come to."""

    general_fen: int
    body_fen: int


@read_model
class _Place:
    store_id: int
    vehicle_id: int


_PLACE: Final = Query(_Place, "SELECT store_id, vehicle_id FROM repair_order WHERE id = $1")


async def labour_prices(actor: Actor, repair_order_id: int) -> LabourPrices:
    """By the same reckoning as `line_for`.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    place = await _PLACE.first(repair_order_id)
    if place is None:
        raise RepairOrderNotFound
    authorise(actor, "repair_orders.estimate", subject(store_id=place.store_id))
    found = await job_prices.store_and_car(place.store_id, place.vehicle_id)
    if found is None:
        raise RepairOrderNotFound
    store, model = found[0], await found[1].model
    return LabourPrices(
        await job_prices.labour_fen(store, model, BayKind.GENERAL, _HOUR),
        await job_prices.labour_fen(store, model, BayKind.BODY, _HOUR),
    )


async def require_whole(jobs: Sequence[FreeJob]) -> None:
    """Check that each can be offered, and that the catalogue has none of them: its quota holds for what it knows.

    Raises:
        FreeLineIncomplete: the message says what is missing or wrong.
    """
    if not jobs:
        return
    catalogue = [item.name for item in await ServiceItem.filter(is_active=True)]
    for job in jobs:
        gap = gap_in(job, catalogue)
        if gap is not None:
            raise FreeLineIncomplete(gap.words)


async def line_for(order: RepairOrder, store: Store, vehicle: Vehicle, job: FreeJob) -> RepairLine:
    """A proposed line for a job in words; hours are priced at the store's rate of today."""
    labour_fen = job.labour_fen
    if job.labour_centihours:
        labour_fen = await job_prices.labour_fen(store, vehicle.model, job.bay_kind, job.labour_centihours)
    is_electric = vehicle.model.powertrain is Powertrain.BEV and job.bay_kind is not BayKind.BODY
    return RepairLine(
        repair_order_id=order.id,
        name=job.name,
        labour_centihours=job.labour_centihours,
        labour_fen=labour_fen,
        parts_fen=job.parts_fen,
        minutes=job.minutes,
        bay_kind=BayKind.EV if is_electric else job.bay_kind,
        needs_road_test=job.needs_road_test,
        work_kind=job.work_kind,
        outside_parts=[part.as_json() for part in job.parts],
        state=LineState.PROPOSED,
        source=LineSource.ESTIMATE,
    )


async def note(actor: Actor, order: RepairOrder, lines: Sequence[RepairLine]) -> None:
    """The audit log names what was offered beside the catalogue."""
    free = [line for line in lines if line.item_id is None and line.diagnosis_waived_percent is None]
    if free:
        words = "、".join(line.name for line in free)[:_NOTE_MAX_CHARS]
        about = Ref("repair_order", order.id)
        fen = sum(line.total_fen for line in free)
        await audit.note(actor, "repair_orders.offer_free_job", about, reason=words, fen=fen)


async def order_parts(actor: Actor, hand: OrderInHand, lines: Sequence[RepairLine]) -> None:
    """The owner allowed these jobs: the store room gets to know which parts to buy, and the owner that they are bought.

    The caller holds the lock of the order and has written the event of the decision.
    """
    wanted = [(line, n, OutsidePart.of(kept)) for line in lines for n, kept in enumerate(line.outside_parts, 1)]
    if not wanted:
        return
    for line, ordinal, part in wanted:
        await parts.request_outside(
            store_id=hand.order.store_id,
            repair_order_id=hand.order.id,
            line_id=line.id,
            number=part_number(line.id, ordinal),
            name=part.name,
            quantity=part.quantity,
        )
    names = [part.words for _, _, part in wanted]
    said = "、".join(names)
    await hand.note(
        actor, "outside_parts_wanted", f"外购 {said}", owner_text=f"配件 {said}由门店外购", node=OwnerNode.N7
    )
    await notices.tell_to_buy(hand.order, names)
