"""Whether an account may decide about a car in its owner's name; asked before each such decision."""

from crm_core.authorised_persons.rules import Authority, PersonState
from crm_core.vehicles.models import BindingRole, BindingState
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class _Row:
    """An authority as it is stored."""

    id: int
    name: str
    limit_fen: int


IN_FORCE = f"""
a.state IN ({literals(PersonState.ACTIVE)}) AND a.limit_fen > 0
AND EXISTS (SELECT FROM binding o WHERE o.vehicle_id = a.vehicle_id AND o.customer_id = a.owner_id
            AND o.state IN ({literals(BindingState.BOUND)}) AND o.role IN ({literals(BindingRole.OWNER)}))
"""
"""SQL condition on a row `a`: the person may decide, and the owner who named them still owns the car. The last day is
checked separately.
"""
# The lock is shared by decisions and excludes revoking: either the revocation waits for this decision, or the decision
# sees that the authority was revoked.
_HELD = Query(
    _Row,
    f"""
    SELECT a.id, a.name, a.limit_fen FROM authorised_person a
    WHERE a.vehicle_id = $1 AND a.customer_id = $2 AND (a.until_on IS NULL OR a.until_on >= $3) AND {IN_FORCE}
    FOR SHARE OF a
    """,
)


async def hold_authority(vehicle_id: int, customer_id: int) -> Authority | None:
    """The authority under which the account may decide about the car, locked until the transaction ends; None if it has
    none.
    """
    row = await _HELD.first(vehicle_id, customer_id, clock.today())
    return None if row is None else Authority(row.id, row.name, row.limit_fen)
