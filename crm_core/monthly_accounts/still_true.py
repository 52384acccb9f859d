"""Whether a company whose month was overdue still owes one."""

from tortoise.expressions import F

from crm_core.messaging.conditions import Said, condition
from crm_core.monthly_accounts.models import AccountMonth
from foundation import clock


@condition
async def account_month_is_late(said: Said) -> bool:
    """A month of the account is overdue and not paid."""
    return await AccountMonth.filter(
        account_id=said.matter_id, due_on__lt=clock.today(), paid_fen__lt=F("charged_fen")
    ).exists()
