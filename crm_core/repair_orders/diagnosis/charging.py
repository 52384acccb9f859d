"""The diagnosis as a job of the estimate, and what is taken off it when a repair was ordered."""

from collections.abc import Sequence

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind
from crm_core.policies.current import policy_of
from crm_core.repair_orders.diagnosis import rules
from crm_core.repair_orders.diagnosis.rules import DiagnosisPolicy
from crm_core.repair_orders.models import LineSource, RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.rules import ENDED_WITHOUT_WORK, LineState
from crm_core.vehicles.models import Powertrain, Vehicle
from foundation import clock
from foundation.money import format_yuan


async def line_for(order: RepairOrder, vehicle: Vehicle) -> RepairLine:
    """The job as it is offered today; what will be waived is fixed with it, whatever the policy says later."""
    policy = await policy_of(DiagnosisPolicy, order.store_id)
    is_electric = vehicle.model.powertrain is Powertrain.BEV
    return RepairLine(
        repair_order_id=order.id,
        name=rules.job_name(policy),
        labour_fen=policy.fee_fen,
        minutes=policy.minutes,
        bay_kind=BayKind.EV if is_electric else BayKind.GENERAL,
        state=LineState.PROPOSED,
        source=LineSource.ESTIMATE,
        diagnosis_waived_percent=policy.waived_percent,
    )


def waive(hand: OrderInHand, ordered: Sequence[RepairLine]) -> int:
    """A repair was ordered: take off what was promised, once. Returns how much, and leaves the order to be saved."""
    if all(line.diagnosis_waived_percent is not None for line in ordered):
        return 0
    diagnosis = next((line for line in hand.lines if _is_to_be_paid(line)), None)
    if diagnosis is None:
        return 0
    off_fen = rules.waived_fen(int(diagnosis.labour_fen), int(diagnosis.diagnosis_waived_percent or 0))
    diagnosis.labour_fen -= off_fen
    diagnosis.labour_off_fen += off_fen
    diagnosis.diagnosis_waived_at = clock.now()
    return off_fen


async def tell_waived(actor: Actor, hand: OrderInHand, off_fen: int) -> None:
    """Note on the order, and for its owner, what was taken off; nothing when there was none."""
    if not off_fen:
        return
    await hand.note(
        actor,
        "diagnosis_waived",
        "已同意维修，诊断费减免",
        amount_fen=off_fen,
        owner_text=f"您同意了维修，诊断费减免 {format_yuan(off_fen)} 元",
        node=OwnerNode.N6,
    )


def _is_to_be_paid(line: RepairLine) -> bool:
    is_allowed = line.state not in ENDED_WITHOUT_WORK | {LineState.PROPOSED}
    return line.diagnosis_waived_percent is not None and line.diagnosis_waived_at is None and is_allowed
