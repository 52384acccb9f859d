"""What the owner is told about a loan car: one is kept for them, they have it, it is due back, or none is free."""

from crm_core.dealerships.models import Store
from crm_core.loan_cars.models import Lending, LoanCar
from crm_core.messaging.service import say
from foundation.refs import Ref


async def tell(lending: Lending, car: LoanCar, variant: str) -> None:
    """Tell the borrower: planned, out, due or lost. The same thing is told once; another time is another thing."""
    store = await Store.get(id=lending.store_id)
    at = lending.ends_at if variant in ("out", "due") else lending.starts_at
    await say(
        "loan_car_told",
        {
            "model": car.model,
            "store_short": store.short_name,
            "starts_at": lending.starts_at,
            "due_at": lending.ends_at,
        },
        customer_id=lending.customer_id,
        about=Ref("lending", lending.id),
        dedupe_key=f"lending:{lending.id}:{variant}:{at.isoformat()}:{lending.ends_at.isoformat()}",
        variant=variant,
    )
