"""Reminds of receivables whose next step is late, again after some days, for as long as they are open."""

from datetime import timedelta

from crm_core.policies.current import policy_of
from crm_core.receivables import notices
from crm_core.receivables.models import Receivable
from crm_core.receivables.rules import ReceivablePolicy, ReceivableState
from foundation import clock, database


async def remind() -> None:
    """Send the cards of today."""
    today = clock.today()
    late = Receivable.filter(due_on__lt=today).exclude(state=ReceivableState.SETTLED)
    for receivable_id in await late.order_by("id").values_list("id", flat=True):
        async with database.transaction():
            receivable = await Receivable.select_for_update(no_key=True).get(id=receivable_id)
            policy = await policy_of(ReceivablePolicy, receivable.store_id)
            last = receivable.reminded_on
            is_reminded = last is not None and last + timedelta(days=policy.remind_every_days) > today
            if receivable.state is ReceivableState.SETTLED or receivable.due_on >= today or is_reminded:
                continue
            receivable.reminded_on = today
            await receivable.save(update_fields=["reminded_on"])
            await notices.tell_it_is_late(receivable)
