"""善意与内部项目: lines that the house pays itself.

The service manager of the order's store grants them up to a limit. Above it, and on an order the manager advises
themselves, somebody else must approve first. Everything is noted in the audit log.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.billing.rules import Payer
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import is_allowed, subject
from crm_core.policies.current import policy_of
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.repair_orders.errors import GoodwillNeedsManager
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import Estimate, EstimateState
from foundation.money import format_yuan

HOUSE = (Payer.N, Payer.G)
_WORDS = {Payer.N: "内部", Payer.G: "善意"}
_SUBJECT = "repair_order:"
NOTE_MAX_CHARS = 200


@dataclass(frozen=True)
class GoodwillPolicy(Policy, key="goodwill", title="善意"):
    """The house rule of goodwill: a manager may settle a small complaint at once, but not give away a whole repair."""

    manager_limit_fen: int = rule(500_00, "服务经理可自行决定的善意金额", Unit.YUAN, 0, 5_000_00)


def needs_approval(goodwill_fen: int, *, is_own_order: bool, policy: GoodwillPolicy) -> bool:
    """Whether somebody else has to approve: above the limit, or anything on an order that the manager advises."""
    return goodwill_fen > policy.manager_limit_fen or (is_own_order and goodwill_fen > 0)


def goodwill_fen(lines: Sequence[RepairLine]) -> int:
    """How much the house would pay of its own free will; what the repair guarantee obliges it to is none."""
    return sum(line.total_fen for line in lines if _is_given(line))


def authorise_payers(actor: Actor, order: RepairOrder, payers: Sequence[Payer]) -> None:
    """Check that lines paid by the house are set only by the service manager of the order's store.

    Raises:
        GoodwillNeedsManager: somebody else sets such a line.
    """
    is_house = any(payer in HOUSE for payer in payers)
    if is_house and not is_allowed(actor, "repair_orders.give_goodwill", subject(store_id=order.store_id)):
        raise GoodwillNeedsManager


async def withdraw_other(actor: Actor, order: RepairOrder, lines: Sequence[RepairLine]) -> None:
    """Invalidate a waiting approval unless it is for exactly these lines.

    Call it before locking the estimates, since a decision on an approval locks in that order too.
    """
    await approvals.invalidate(actor, ApprovalKind.GOODWILL, _about(order.id), unless_hash=_hash(order, lines))


async def ask(actor: Actor, order: RepairOrder, estimate: Estimate, lines: Sequence[RepairLine]) -> None:
    """Note in the audit log what the house would pay, and ask for approval if one is needed. Saves the estimate.

    Raises:
        NobodyToApprove: nobody but the manager could approve.
    """
    total_fen = goodwill_fen(lines)
    if not total_fen:
        return
    words = "；".join(
        f"{_WORDS[line.payer]} {line.name} {format_yuan(line.total_fen)} 元" for line in lines if _is_given(line)
    )[:NOTE_MAX_CHARS]
    await audit.note(actor, "repair_orders.give_goodwill", _about(order.id), reason=words, fen=total_fen)
    estimate.goodwill_fen = total_fen
    policy = await policy_of(GoodwillPolicy, order.store_id)
    if needs_approval(total_fen, is_own_order=order.advisor_id == actor.id, policy=policy):
        estimate.goodwill_hash = _hash(order, lines)
        agreed = await approvals.approver_of(ApprovalKind.GOODWILL, _about(order.id), estimate.goodwill_hash)
        if agreed is not None and agreed != actor.id:
            estimate.approved_by_id = agreed
        elif not await approvals.is_waiting(ApprovalKind.GOODWILL, _about(order.id)):
            await approvals.request(
                actor,
                ApprovalKind.GOODWILL,
                _about(order.id),
                content_hash=estimate.goodwill_hash,
                title=f"善意 {order.number.removeprefix('RO-')}",
                store_ids=[order.store_id],
                note=words,
                facts={"amount_fen": total_fen},
                hands=[order.advisor_id],
            )
    await estimate.save(update_fields=["goodwill_fen", "goodwill_hash", "approved_by_id"])


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: once approved, the waiting estimate may be sent as it is."""
    if event.kind != ApprovalKind.GOODWILL or event.state is not ApprovalState.APPROVED or event.decided_by is None:
        return
    order_id = int(event.about.removeprefix(_SUBJECT))
    estimate = await Estimate.select_for_update().get_or_none(repair_order_id=order_id, state=EstimateState.DRAFT)
    if estimate is None or estimate.goodwill_hash != event.content_hash:
        return
    estimate.approved_by_id = event.decided_by
    await estimate.save(update_fields=["approved_by_id"])
    decider = await staff_actor(event.decided_by)
    await audit.note(decider, "repair_orders.approve_goodwill", event.about, fen=estimate.goodwill_fen)


def _is_given(line: RepairLine) -> bool:
    return line.payer in HOUSE and line.guarantee_of_id is None


def _about(repair_order_id: int) -> str:
    return f"{_SUBJECT}{repair_order_id}"


def _hash(order: RepairOrder, lines: Sequence[RepairLine]) -> str:
    """A hash of the jobs and amounts the house would pay; the same jobs at the same price need no second approval."""
    given = sorted(
        [line.item_id or 0, line.name, line.payer.value, line.labour_fen, line.parts_fen]
        for line in lines
        if _is_given(line)
    )
    return hashlib.sha256(orjson.dumps([order.id, given])).hexdigest()
