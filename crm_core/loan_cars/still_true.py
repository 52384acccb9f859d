"""Whether what a waiting message says about a loan car is still true."""

from crm_core.loan_cars.models import Lending
from crm_core.loan_cars.rules import LendingState
from crm_core.messaging.conditions import Said, condition
from crm_core.messaging.worded import knows_store

_WHILE = {
    "planned": LendingState.PLANNED,
    "out": LendingState.OUT,
    "due": LendingState.OUT,
    "lost": LendingState.CANCELLED,
}


@condition
async def lending_stands(said: Said) -> bool:
    """The car is promised, out or given up as the message says, for the times it names."""
    lending = await Lending.get_or_none(id=said.matter_id)
    if lending is None or lending.state is not _WHILE[said.variant]:
        return False
    return said.is_at("starts_at", lending.starts_at) and said.is_at("due_at", lending.ends_at)


async def _store_of_lending(lending_id: int) -> int | None:
    lending = await Lending.get_or_none(id=lending_id)
    return None if lending is None else lending.store_id


knows_store("lending", _store_of_lending)
