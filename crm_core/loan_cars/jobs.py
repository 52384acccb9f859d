"""What the clock does to lendings."""

from crm_core.loan_cars import notices, rules
from crm_core.loan_cars.models import Lending, LoanCar
from crm_core.loan_cars.rules import LendingState, LoanCarPolicy
from crm_core.policies.current import per_store
from foundation import clock, database
from foundation.jobs import job


@job("loan_cars.remind")
async def remind() -> None:
    """Tell borrowers that their loan car is due back soon; by the dedupe key of the message, once for each time."""
    now, policies = clock.now(), await per_store(LoanCarPolicy)
    out = await Lending.filter(
        state=LendingState.OUT, ends_at__gt=now, ends_at__lte=now + rules.LONGEST_REMINDER
    ).order_by("ends_at", "id")
    for lending in out:
        if rules.is_due_soon(lending.out_at, lending.ends_at, now, policies.of(lending.store_id)):
            async with database.transaction():
                await notices.tell(lending, await LoanCar.get(id=lending.loan_car_id), "due")
