"""What the owner is told about a loan car: that one is kept for them, that they have it, and that it is due back."""

from crm_core.dealerships.models import Store
from crm_core.loan_cars.models import Lending, LoanCar
from crm_core.messaging.service import say
from foundation.refs import Ref


async def tell(lending: Lending, car: LoanCar, variant: str) -> None:
    """Tell the borrower: planned, out or due. The same thing is told once; another time is another thing."""
    store = await Store.get(id=lending.store_id)
    at = lending.starts_at if variant == "planned" else lending.ends_at
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
