"""Which mini-program accounts are bound to a car; how an account becomes bound is told in `binding_requests`."""

from typing import Final

from crm_core.vehicles.models import BindingRole, BindingState
from foundation import clock, database
from foundation.reading import literals


def in_force(binding: str, today: str) -> str:
    """SQL condition on the row `binding`: the account is bound on the day `today`.

    A binding that came with an authority ends with the last day of that authority. A daily job ends such bindings; the
    condition holds from midnight until it has run, and if it does not run.
    """
    return f"""
    {binding}.state IN ({literals(BindingState.BOUND)})
    AND NOT EXISTS (SELECT FROM authorised_person past WHERE past.vehicle_id = {binding}.vehicle_id
                    AND past.customer_id = {binding}.customer_id AND past.ended_at IS NULL
                    AND past.binding_id = {binding}.id AND past.until_on < {today})
    """


_IS_BOUND: Final = f"""
SELECT EXISTS (SELECT FROM binding b WHERE b.vehicle_id = $1 AND b.customer_id = $2 AND {in_force("b", "$3")}
               AND ($4::text IS NULL OR b.role = $4))
"""


async def is_bound(*, vehicle_id: int, customer_id: int, role: BindingRole | None = None) -> bool:
    """Whether the customer's account is bound to the car today, in `role` if given."""
    wanted = role.value if role else None
    return bool(await database.fetch_value(_IS_BOUND, vehicle_id, customer_id, clock.today(), wanted))
