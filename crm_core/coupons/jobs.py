"""The jobs of coupons: by the clock, and what was agreed to."""

from typing import Final

from crm_core.coupons import budgeting, ending, granting, voiding
from crm_core.coupons.rules import VoidingState
from foundation.jobs import BULK, job
from foundation.owed import Debt
from foundation.reading import literals

OWED_VOIDING: Final = Debt(
    "coupon_voiding",
    open_when=f"state = {literals(VoidingState.AGREED)}",
    since="decided_at",
    job=voiding.CARRY_OUT,
    argument="voiding_id",
)


@job("coupons.expire")
async def expire() -> None:
    """Expire coupons. Lapsed locks of bookings are released first, since those coupons may have to expire too."""
    while await ending.release_lapsed() == ending.BATCH:
        pass
    while await ending.expire_due() == ending.BATCH:
        pass


@job("coupons.remind")
async def remind() -> None:
    """Remind owners of coupons that expire soon."""
    await ending.remind_due()


@job(voiding.CARRY_OUT, priority=BULK, is_hint=True)
async def void_agreed(voiding_id: int) -> None:
    """Take coupons away that somebody agreed to."""

    async def carry_out() -> None:
        await voiding.carry_out(voiding_id)

    await OWED_VOIDING.attempt(voiding_id, carry_out)


@job("coupons.watch_budgets")
async def watch_budgets() -> None:
    """Tell authors whose budget is used up."""
    await budgeting.tell_used_up()


@job("coupons.give_after_visits")
async def give_after_visits() -> None:
    """Give what templates give by themselves some days after a paid visit."""
    await granting.after_visits()


@job("coupons.give_birthdays")
async def give_birthdays() -> None:
    """Give what templates give by themselves on a birthday."""
    await granting.birthdays()
