"""Saying whether a visit is a comeback: the system proposes, an advisor declares or denies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.repair_orders.comebacks import earlier, rules
from crm_core.repair_orders.comebacks.errors import ComebackNotFound, FreeJobsStand, NotAComeback, NotUnderGuarantee
from crm_core.repair_orders.comebacks.models import Comeback
from crm_core.repair_orders.comebacks.rules import ComebackState, EarlierJob
from crm_core.repair_orders.events import ComebackDeclared
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.rules import BEFORE_WORK, ENDED_WITHOUT_WORK, IN_WORKSHOP
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


@dataclass(frozen=True)
class FreeJobs:
    """The jobs of an estimate that are done again free of charge: by item, the earlier line each repeats."""

    line_of: Mapping[int, int] = field(default_factory=dict)
    origin_number: str = ""
    """The order they are free because of."""


async def propose(hand: OrderInHand, item_ids: frozenset[int] = frozenset()) -> None:
    """Propose that an order is a comeback if it looks like one and nobody has said anything yet.

    Runs inside the caller's transaction, which has the order locked and writes its event.
    """
    order = hand.order
    if await Comeback.exists(repair_order_id=order.id):
        return
    job = rules.proposed(await earlier.jobs_of(order), earlier.return_of(order, item_ids))
    if job is None:
        return
    await Comeback.create(
        repair_order_id=order.id,
        origin_repair_order_id=job.repair_order_id,
        origin_line_id=job.line_id,
        state=ComebackState.PROPOSED,
        proposed_at=clock.now(),
    )
    number = await _number(job.repair_order_id)
    await hand.note(system("comebacks"), "comeback_proposed", f"可能是返修：工单 {number[-4:]} 做过 {job.name}")


async def declare(
    actor: Actor,
    repair_order_id: int,
    origin_repair_order_id: int,
    *,
    reason: str = "",
    expected_version: int | None = None,
) -> RepairOrder:
    """认定返修: the visit comes back for an earlier one; jobs under the repair guarantee may then be free.

    Raises:
        NotAComeback: the earlier visit is of another car, is not over, or too long ago.
        IllegalMove: it is declared already, or the bill is made.
        StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.judge_comeback", expected_version=expected_version)
        await record_declared(actor, hand, origin_repair_order_id, reason)
        return hand.order


async def record_declared(actor: Actor, hand: OrderInHand, origin_repair_order_id: int, reason: str = "") -> None:
    """The same inside the caller's transaction, for an order that is in hand."""
    order = hand.order
    _require_open(hand)
    jobs = [job for job in await earlier.jobs_of(order) if job.repair_order_id == origin_repair_order_id]
    if not jobs:
        raise NotAComeback
    back = earlier.return_of(order, frozenset(line.item_id for line in hand.lines if line.item_id is not None))
    guessed = rules.proposed(jobs, back)
    comeback = await _row(order) or Comeback(repair_order_id=order.id, state=ComebackState.PROPOSED)
    comeback.state = next_state(rules.MOVES, comeback.state, "declare")
    comeback.origin_repair_order_id = origin_repair_order_id
    comeback.origin_line_id = guessed.line_id if guessed else None
    await _decide(actor, comeback, reason)
    order.origin_repair_order_id = origin_repair_order_id
    number = await _number(origin_repair_order_id)
    await hand.note(
        actor,
        "comeback_declared",
        f"{actor.name} 认定返修，原工单 {number[-4:]}",
        owner_text="按返修受理，质保期内的同一项目不收费",
        node=OwnerNode.N1,
    )
    await record(ComebackDeclared(**event_facts(actor, order), origin_number=number))
    await audit.note(actor, "repair_orders.declare_comeback", Ref("repair_order", order.id), reason=reason)


async def deny(actor: Actor, repair_order_id: int, reason: str, *, expected_version: int | None = None) -> RepairOrder:
    """不认返修: it is another matter; the reason is kept and shown to the service manager.

    Raises:
        ComebackNotFound: nothing says that it is one.
        FreeJobsStand: it has jobs that are free because it is one.
        IllegalMove: it was denied already, or the bill is made.
        StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.judge_comeback", expected_version=expected_version)
        _require_open(hand)
        comeback = await _row(hand.order)
        if comeback is None:
            raise ComebackNotFound
        if any(line.guarantee_of_id and line.state not in ENDED_WITHOUT_WORK for line in hand.lines):
            raise FreeJobsStand
        comeback.state = next_state(rules.MOVES, comeback.state, "deny")
        await _decide(actor, comeback, reason)
        hand.order.origin_repair_order_id = None
        await hand.note(actor, "comeback_denied", f"{actor.name} 不认返修：{reason}")
        await audit.note(actor, "repair_orders.deny_comeback", Ref("repair_order", repair_order_id), reason=reason)
        return hand.order


async def free_jobs(order: RepairOrder, item_ids: Sequence[int]) -> FreeJobs:
    """What makes each of `item_ids` free in this order.

    Raises:
        NotUnderGuarantee: the order is no declared comeback, or one of them repeats no job whose guarantee is open.
    """
    if not item_ids:
        return FreeJobs()
    comeback = await Comeback.get_or_none(repair_order_id=order.id, state=ComebackState.DECLARED)
    if comeback is None:
        raise NotUnderGuarantee
    covered = await covered_by(order, comeback.origin_repair_order_id)
    if len(set(item_ids)) < len(item_ids) or not set(item_ids) <= covered.keys():
        raise NotUnderGuarantee
    return FreeJobs(
        {item_id: covered[item_id].line_id for item_id in item_ids}, await _number(comeback.origin_repair_order_id)
    )


async def covered_by(order: earlier.ComingCar, origin_repair_order_id: int) -> dict[int, EarlierJob]:
    """By item, the jobs of the earlier visit whose guarantee is open, so that they are done again free of charge."""
    jobs = [job for job in await earlier.jobs_of(order) if job.repair_order_id == origin_repair_order_id]
    return rules.free_items(jobs, await earlier.guarantees_of(order.store_id, jobs), earlier.return_of(order))


def _require_open(hand: OrderInHand) -> None:
    if hand.order.state not in BEFORE_WORK | IN_WORKSHOP:
        raise hand.refusal("账单已出或工单已结束，不能再改返修认定。")


async def _row(order: RepairOrder) -> Comeback | None:
    return await Comeback.select_for_update().get_or_none(repair_order_id=order.id)


async def _decide(actor: Actor, comeback: Comeback, reason: str) -> None:
    comeback.reason = reason
    comeback.decided_by_id = actor.id
    comeback.decided_at = clock.now()
    await comeback.save()


async def _number(repair_order_id: int) -> str:
    return str((await RepairOrder.get(id=repair_order_id).only("number")).number)
