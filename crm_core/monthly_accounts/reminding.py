"""Tells finance of account months that are overdue, again after a week, for as long as they are."""

from datetime import timedelta
from typing import Final

from tortoise.expressions import F

from crm_core.messaging.service import say
from crm_core.monthly_accounts.models import AccountMonth, MonthlyAccount
from crm_core.payments.outside_notices import finance_of
from foundation import clock, database
from foundation.refs import Ref

AGAIN_AFTER: Final = timedelta(days=7)
END_OF_DAY: Final = 18


async def remind() -> None:
    """Send the cards of today."""
    today = clock.today()
    late = AccountMonth.filter(due_on__lt=today, paid_fen__lt=F("charged_fen"))
    for month_id in await late.order_by("id").values_list("id", flat=True):
        async with database.transaction():
            month = await AccountMonth.select_for_update(no_key=True).get(id=month_id)
            open_fen = month.charged_fen - month.paid_fen
            if open_fen == 0 or (month.reminded_on is not None and month.reminded_on + AGAIN_AFTER > today):
                continue
            month.reminded_on = today
            await month.save(update_fields=["reminded_on"])
            await _tell(await MonthlyAccount.get(id=month.account_id), month, open_fen)


async def _tell(account: MonthlyAccount, month: AccountMonth, open_fen: int) -> None:
    for staff_id in await finance_of(account.store_id):
        await say(
            "account_month_late",
            {
                "subject": account.company,
                "amount_fen": open_fen,
                "next_step": "催款，到账后登记还款",
                "due_at": clock.at(month.due_on, END_OF_DAY),
            },
            staff_id=staff_id,
            about=Ref("monthly_account", account.id),
            dedupe_key=f"account_month:{month.id}:late:{month.reminded_on}:{staff_id}",
        )
