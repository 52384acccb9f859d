"""What is already in the workshop. The room of the repair orders stands above this one, so it says here how its cars
are read (`workload.py` there, found by its place).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from crm_core.dealerships.bay_kind import BayKind
from foundation.reading import read_model


@read_model
class JobInHand:
    """A job with a plan: from when until when it takes its bay and its technician (anybody with the skill if None), as
    far as can be said now.
    """

    store_id: int
    kind: BayKind
    bay_id: int
    technician_id: int | None
    starts_at: datetime
    ends_at: datetime
    words: str
    helper_ids: tuple[int, ...] = ()
    """Who is clocked on to it beside its technician."""


@read_model
class CarWaiting:
    """A car that is here and whose work has no plan yet; `minutes` is None where nothing is known of it."""

    store_id: int
    kind: BayKind
    minutes: int | None
    words: str


@read_model
class Workload:
    """What stands in the workshops of some stores now, the longest waiting cars first."""

    jobs: list[JobInHand]
    waiting: list[CarWaiting]


_Read = Callable[[Sequence[int]], Awaitable[Workload]]
_SOURCES: Final[list[_Read]] = []


def workload_from(read: _Read) -> None:
    """Register how the cars in the workshops of stores are read."""
    if read not in _SOURCES:
        _SOURCES.append(read)


async def of_stores(store_ids: Sequence[int]) -> Workload:
    """What stands in these workshops now."""
    found = [await read(store_ids) for read in _SOURCES]
    return Workload([job for each in found for job in each.jobs], [car for each in found for car in each.waiting])
