"""The list of a store's screens, and what hangs on the wall."""

from dataclasses import replace
from datetime import datetime

from crm_core.appointments.expected import ExpectedCar
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_plate
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders import bay_board
from crm_core.repair_orders.bay_board import BayRow, WorkshopCounts
from crm_core.repair_orders.promises import IN_WORK
from crm_core.repair_orders.rules import HeaderState
from crm_core.repair_orders.wall.errors import WallEnded
from crm_core.repair_orders.wall.screens import fingerprint
from foundation import clock
from foundation.reading import Query, literals, read_model

MOST_PROMISES = 10
"""What can be read from five metres."""


@read_model
class ScreenRow:
    """A screen of a store whose link is open."""

    id: int
    name: str
    made_by: str
    made_at: datetime


@read_model
class PromiseRow:
    """A car that is promised next. There is no name, phone or sum; the plate is masked."""

    number: str
    plate: str
    series: str
    state: HeaderState
    promised_at: datetime
    waits_on_site: bool


@read_model
class Wall:
    """What the screen shows."""

    store: str
    now: datetime
    opens_at: datetime
    closes_at: datetime
    counts: WorkshopCounts
    bays: list[BayRow]
    promises: list[PromiseRow]
    expected: list[ExpectedCar]


@read_model
class _Opened:
    """The store of an open link."""

    store_id: int
    store: str


_SCREENS = Query(
    ScreenRow,
    """
    SELECT w.id, w.name, s.name AS made_by, w.made_at FROM wall_screen w JOIN staff s ON s.id = w.made_by
    WHERE w.store_id = $1 AND w.ended_at IS NULL ORDER BY w.id
    """,
)
_OPENED = Query(
    _Opened,
    """
    SELECT w.store_id, s.short_name AS store FROM wall_screen w JOIN store s ON s.id = w.store_id
    WHERE w.token_hash = $1 AND w.ended_at IS NULL
    """,
)
_PROMISES = Query(
    PromiseRow,
    f"""
    SELECT r.number, v.plate, m.series, r.state, r.promised_finish_at AS promised_at, r.waits_on_site
    FROM repair_order r JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE r.store_id = $1 AND r.state IN ({literals(*IN_WORK)}) AND r.promised_finish_at IS NOT NULL
    ORDER BY r.promised_finish_at, r.id LIMIT {MOST_PROMISES}
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[ScreenRow]:
    """The screens of a store whose links are open, the oldest first."""
    authorise(actor, "wall_screens.keep", subject(store_id=store_id))
    return await _SCREENS.all(store_id)


async def wall(token: str) -> Wall:
    """What hangs on the wall that this secret opens.

    Raises:
        WallEnded: there is no such link, or it was taken back.
    """
    opened = await _OPENED.first(fingerprint(token))
    if opened is None:
        raise WallEnded
    drawn = await bay_board.drawn(opened.store_id)
    return Wall(
        store=opened.store,
        now=clock.now(),
        opens_at=drawn.opens_at,
        closes_at=drawn.closes_at,
        counts=drawn.counts,
        bays=[replace(bay, jobs=[replace(job, plate=mask_plate(job.plate)) for job in bay.jobs]) for bay in drawn.bays],
        promises=[replace(row, plate=mask_plate(row.plate)) for row in await _PROMISES.all(opened.store_id)],
        expected=[replace(car, plate=mask_plate(car.plate)) for car in drawn.expected],
    )
