"""The periodic jobs of repair orders: each finds what is due and calls a verb for each of them."""

from datetime import timedelta

from crm_core.policies.current import in_store, per_store
from crm_core.repair_orders import additional_work, ageing, freed_stock, moving_promises, promises, settlement
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.board_rules import BoardPolicy
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.overrun_rules import MovingPromisePolicy
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.rules import HeaderState
from foundation import clock, database
from foundation.jobs import job

BATCH = 200
"""Orders handled by one run; the next run takes the rest."""


@job("repair_orders.expire_additional_work")
async def expire_additional_work() -> None:
    """Expire 增项 that the owner did not answer in time."""
    due = await AdditionalWork.filter(state=AdditionalWorkState.SENT, expires_at__lte=clock.now()).limit(BATCH)
    for sheet in due:
        await additional_work.expire(sheet.id)


@job("repair_orders.warn_of_promises")
async def warn_of_promises() -> None:
    """Warn of orders that are promised soon and not ready, once for each promised time."""
    policies = await per_store(BoardPolicy)
    at_risk = await database.fetch(
        "SELECT id FROM repair_order WHERE state = ANY($1::text[]) AND promise_kept_by IS NULL "
        f"AND promised_finish_at <= $2::timestamptz + make_interval(mins => {in_store('$3', 'store_id')}) "
        f"ORDER BY promised_finish_at LIMIT {BATCH}",
        sorted(state.value for state in promises.IN_WORK),
        clock.now(),
        policies.as_json("warn_minutes"),
    )
    for row in at_risk:
        await promises.warn(row["id"])


@job("repair_orders.move_promises")
async def move_promises() -> None:
    """Move the promises of orders that will be late, shortly before the promised time."""
    policies = await per_store(MovingPromisePolicy)
    due = await database.fetch(
        "SELECT r.id FROM repair_order r WHERE r.state = ANY($1::text[]) AND r.promised_finish_at <= "
        f"$2::timestamptz + make_interval(mins => {in_store('$3', 'r.store_id')}) AND (SELECT count(*) "
        f"FROM promise_change p WHERE p.repair_order_id = r.id AND p.actor = $5) < {in_store('$4', 'r.store_id')} "
        f"ORDER BY r.promised_finish_at LIMIT {BATCH}",
        sorted(state.value for state in promises.IN_WORK),
        clock.now(),
        policies.as_json("minutes_before"),
        policies.as_json("most_moves"),
        str(moving_promises.BY_ITSELF),
    )
    for row in due:
        await moving_promises.move_if_late(row["id"])


@job("repair_orders.serve_freed_stock")
async def serve_freed_stock() -> None:
    """Set pieces aside that became free for cars that wait for them."""
    await freed_stock.serve_freed()


@job("repair_orders.close_delivered")
async def close_delivered() -> None:
    """Close orders a week after the car was handed over."""
    before = clock.now() - timedelta(days=settlement.CLOSES_AFTER_DAYS)
    for order in await RepairOrder.filter(state=HeaderState.DELIVERED, delivered_at__lte=before).limit(BATCH):
        await settlement.close(order.id)


@job("repair_orders.let_spending_age")
async def let_spending_age() -> None:
    """Let visits older than 24 months count no more for what owners spent lately."""
    await ageing.let_spending_age()
