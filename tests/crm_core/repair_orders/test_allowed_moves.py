"""A step that is not possible is answered with the steps that are, in every state of an order."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.repair_orders import (
    additional_work,
    authorising,
    dispatching,
    estimating,
    inspection,
    opening,
    promises,
    quality,
    rules,
    settlement,
)
from crm_core.repair_orders.additional_work import Finding
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.inspection import InspectionPhoto
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.rules import HeaderState
from foundation import clock
from foundation.errors import IllegalMove, Refused
from foundation.moves import allowed_actions, next_state
from tests.workshop import CHECKED, PHOTO, POSITIONS, Workshop, make_workshop

EVERY = {action for moves in rules.HEADER_MOVES.values() for action in moves}
Verb = Callable[[Workshop, RepairOrder], Awaitable[object]]


@pytest.mark.parametrize("state", HeaderState)
def test_the_table_answers_every_other_step_with_its_own(state: HeaderState):
    for action in EVERY - set(allowed_actions(rules.HEADER_MOVES, state)):
        with pytest.raises(IllegalMove) as refused:
            next_state(rules.HEADER_MOVES, state, action)
        assert refused.value.details["allowed"] == list(rules.HEADER_MOVES.get(state, {}))


async def _line(order: RepairOrder) -> int:
    return int((await RepairLine.get(repair_order_id=order.id)).id)


async def _dispatch(shop: Workshop, order: RepairOrder) -> object:
    return await dispatching.dispatch(
        shop.controller, order.id, [await _line(order)], technician_id=shop.technician.id, bay_id=shop.bay.id
    )


async def _inspect(shop: Workshop, order: RepairOrder) -> object:
    photos = [InspectionPhoto(position, PHOTO["key"]) for position in POSITIONS]
    return await inspection.pre_inspect(
        shop.advisor, order.id, energy_percent=50, photos=photos, valuables_reminded=True, covers_on=True
    )


async def _estimate(shop: Workshop, order: RepairOrder) -> object:
    promised = clock.now() + timedelta(hours=2)
    return await estimating.make_estimate(shop.advisor, order.id, [WantedLine(shop.service.id)], promised)


async def _find(shop: Workshop, order: RepairOrder) -> object:
    found = [Finding("剩 2 毫米", Urgency.RED, [PHOTO], item_id=shop.pads.id)]
    return await additional_work.propose(shop.advisor, order.id, found)


VERBS: dict[str, Verb] = {
    "inspect": _inspect,
    "estimate": _estimate,
    "send": lambda shop, order: estimating.send_estimate(shop.advisor, order.id),
    "authorise": lambda shop, order: authorising.authorise_estimate(shop.owner, order.id, 1),
    "decline": lambda shop, order: authorising.decline_estimate(shop.owner, order.id, 1),
    "dispatch": _dispatch,
    "find": _find,
    "promise": lambda shop, order: promises.change_promise(
        shop.advisor, order.id, clock.now() + timedelta(hours=9), "人手"
    ),
    "pass": lambda shop, order: quality.pass_check(shop.inspector, order.id, checklist=CHECKED),
    "wash": lambda shop, order: quality.start_wash(shop.advisor, order.id),
    "ready": lambda shop, order: quality.mark_ready(shop.advisor, order.id),
    "void": lambda shop, order: opening.void(shop.manager, order.id, "录错"),
    "stop": lambda shop, order: opening.stop(shop.manager, order.id, "不修了"),
    "bill": lambda shop, order: settlement.record_billed(shop.advisor, order.id, 0),
    "pay": lambda shop, order: settlement.record_paid(shop.advisor, order.id, 0),
    "deliver": lambda shop, order: settlement.record_delivered(shop.advisor, order.id),
}
OVER = (
    HeaderState.BILLED,
    HeaderState.DELIVERED,
    HeaderState.CLOSED,
    HeaderState.VOID,
    HeaderState.LEFT,
    HeaderState.PAID,
)
NEXT = {HeaderState.PAID: ("deliver",)}


async def _refusal(verb: str, shop: Workshop, order: RepairOrder) -> Refused | None:
    try:
        await VERBS[verb](shop, order)
    except Refused as refused:
        return refused
    return None


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("verb", VERBS)
async def test_a_verb_in_the_wrong_state_says_what_is_possible(verb: str):
    """The order stands as if it had ended; whatever a verb then refuses has words, and an illegal move names the
    possible ones.
    """
    wire()
    shop = await make_workshop()
    order = await shop.estimated()
    for state in OVER:
        await RepairOrder.filter(id=order.id).update(state=state)
        refused = await _refusal(verb, shop, await shop.now(order))
        is_next = verb in NEXT.get(state, ())
        assert (refused is None) is is_next, f"{verb} in {state}"
        if refused is None:
            break
        assert refused.message
        if isinstance(refused, IllegalMove):
            assert refused.details["current_state"] == state.value, verb
            assert refused.details["allowed"] == allowed_actions(rules.HEADER_MOVES, state), verb
