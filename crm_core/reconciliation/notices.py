"""Tells finance that a day does not agree."""

from crm_core.messaging.service import say
from crm_core.payments.outside_notices import finance_of
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference
from foundation.refs import Ref


async def tell_finance(day: ReconciliationDay) -> None:
    """Send one card to each person of finance whose stores, or money without a store, have open differences."""
    counts: dict[int, int] = {}
    for difference in await ReconciliationDifference.filter(day_id=day.id, settled_at=None):
        for staff_id in await finance_of(difference.store_id):
            counts[staff_id] = counts.get(staff_id, 0) + 1
    for staff_id, count in sorted(counts.items()):
        await say(
            "reconciliation_differs",
            {"subject": f"{day.day:%m-%d} 有 {count} 条对不上", "filed_at": day.compared_at},
            staff_id=staff_id,
            about=Ref("reconciliation_day", day.id),
            dedupe_key=f"reconciliation_day:{day.id}:{staff_id}",
        )
