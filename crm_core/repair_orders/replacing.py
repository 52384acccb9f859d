"""替代件: fitting another part where the one a job needs is missing."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts import service as parts
from crm_core.parts import stock
from crm_core.parts.errors import NotAnAlternative, NotSoManyFree, PartRequestNotFound
from crm_core.parts.models import PartRequest
from crm_core.parts.replenishing.alternatives import standing_in_for
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import notices, replacing_rules
from crm_core.repair_orders.errors import PriceNeedsNewYes
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.vehicles.models import Vehicle
from foundation import database
from foundation.money import format_yuan
from foundation.refs import Ref


async def replace_part(
    actor: Actor, request_id: int, part_number: str, *, expected_version: int, parts_fen: int | None = None
) -> None:
    """换替代件: the job has another part, which lies here, set aside at once. What the owner allowed stays the price,
    unless it is lowered to `parts_fen`.

    Raises:
        NotAnAlternative: nobody said that it fits in place of the other on this car.
        NotSoManyFree: it does not lie here, or somebody was quicker.
        PriceNeedsNewYes: it would cost more than the owner allowed.
        IllegalMove: the part is not missing.
        PartRequestNotFound, StaleVersion.
    """
    async with database.transaction():
        known = await PartRequest.get_or_none(id=request_id).prefetch_related("part")
        if known is None:
            raise PartRequestNotFound
        hand = await take_to_work(actor, known.repair_order_id, "parts.replace", expected_version=expected_version)
        order, line = hand.order, hand.line(known.line_id)
        await known.refresh_from_db(fields=["state"])
        if known.state is not RequestState.BACKORDERED:
            raise hand.refusal("只有缺料的才换替代件。")
        vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
        other = await standing_in_for(known.part_id, part_number, vehicle.model.series)
        if other is None:
            raise NotAnAlternative
        said = _lower(actor, order.store_id, line, parts_fen)
        await stock.lock(order.store_id, [known.part_id, other.id])
        if await stock.free(order.store_id, other.id) < known.quantity:
            raise NotSoManyFree("替代件也没有这么多了，可能刚被留走。")
        await parts.replace(known, other)
        if not known.is_asked:
            line.part_number = other.number
        await hand.note(
            actor,
            "part_replaced",
            f"{known.part.name} 缺料，改用 {other.name} {other.number}，{said}",
            owner_text=f"{known.part.name}缺货，改用同样适用的{other.name}，{said}",
            node=OwnerNode.N7,
        )
        await notices.close_card(Ref("pick_list", order.id), "parts_pick", "short", actor)
        await notices.tell_of_parts(order, "replaced", [other.name])


def _lower(actor: Actor, store_id: int, line: RepairLine, parts_fen: int | None) -> str:
    if parts_fen is None or parts_fen == line.parts_fen:
        return "价格不变"
    authorise(actor, "repair_orders.estimate", subject(store_id=store_id))
    if not replacing_rules.is_within_yes(line.parts_fen, parts_fen):
        raise PriceNeedsNewYes
    line.parts_fen = parts_fen
    return f"配件降为 {format_yuan(parts_fen)} 元"
