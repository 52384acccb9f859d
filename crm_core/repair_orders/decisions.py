"""What every decision of an owner leaves on a line, whether it was offered in an estimate or as additional work."""

from datetime import timedelta
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.policies.current import policy_of
from crm_core.repair_orders.additional_work_rules import (
    AdditionalWorkPolicy,
    Urgency,
    follow_up_days,
    needs_decline_signature,
)
from crm_core.repair_orders.events import WorkDeclined
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import OrderInHand, event_facts
from crm_core.repair_orders.papers.models import DeclinedWork
from foundation import clock
from foundation.events import record

_RECOMMENDED: Final = Urgency.YELLOW
"""A job of an estimate has no urgency of its own; what a desk offers, it recommends before long."""


def allow(line: RepairLine, actor: Actor, evidence: Evidence, fingerprint: str) -> None:
    """Store on a line that it is authorised: by whom, when, how, for which offer, and the most it may cost."""
    keep_decision(line, actor, evidence)
    line.authorised_version = fingerprint
    line.authorised_fen = line.total_fen


def keep_decision(line: RepairLine, actor: Actor, evidence: Evidence) -> None:
    """Store on a line who decided it, when, how, and the proof."""
    line.decided_at = clock.now()
    line.decided_by = str(actor)
    line.decided_how = evidence.how
    line.evidence = evidence.photo
    line.evidence_note = evidence.note
    line.decided_under_id = evidence.authority.id if evidence.authority else None


async def turn_down(actor: Actor, hand: OrderInHand, line: RepairLine, evidence: Evidence) -> None:
    """Decline a line and keep it as declined work, about which the owner is asked again later."""
    order, urgency = hand.order, line.urgency or _RECOMMENDED
    hand.move(line, "decline")
    keep_decision(line, actor, evidence)
    line.decline_signature = evidence.photo if needs_decline_signature(urgency) else ""
    days = follow_up_days(urgency, await policy_of(AdditionalWorkPolicy, order.store_id))
    follow_up_on = clock.today() + timedelta(days=days) if days is not None else None
    await DeclinedWork.create(
        repair_order_id=order.id,
        line_id=line.id,
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        name=line.name,
        finding=line.finding,
        urgency=urgency,
        price_fen=line.total_fen,
        declined_at=clock.now(),
        follow_up_on=follow_up_on,
    )
    await record(
        WorkDeclined(
            **event_facts(actor, order),
            line_id=line.id,
            line_name=line.name,
            urgency=urgency.value,
            follow_up_on=follow_up_on.isoformat() if follow_up_on else None,
        )
    )
