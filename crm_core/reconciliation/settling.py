"""What finance does: say why something differs, and close a day on which nothing is open."""

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.reconciliation import rules
from crm_core.reconciliation.errors import (
    DayClosed,
    DayNotCompared,
    DayNotFound,
    DifferenceNotFound,
    DifferenceSettled,
    DifferencesOpen,
)
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference
from crm_core.reconciliation.queries import stores_of_day
from crm_core.reconciliation.rules import DayState
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref

REASON_MAX_CHARS = 200


async def settle(actor: Actor, difference_id: int, reason: str, *, expected_version: int) -> None:
    """Finance says why the two sides differ; the difference is settled and stays readable.

    Raises:
        DifferenceNotFound, NotAllowed, DifferenceSettled, StaleVersion.
    """
    async with database.transaction():
        seen = await ReconciliationDifference.get_or_none(id=difference_id)
        if seen is None:
            raise DifferenceNotFound
        authorise(actor, "reconciliation.explain", subject(store_id=seen.store_id))
        # The day's row is locked first, as it is by whoever compares or closes it.
        await ReconciliationDay.select_for_update().get(id=seen.day_id)
        difference = await ReconciliationDifference.select_for_update().get(id=difference_id)
        if difference.settled_at is not None:
            raise DifferenceSettled
        if difference.version != expected_version:
            raise StaleVersion(current_version=difference.version)
        difference.settled_at, difference.settled_by_id = clock.now(), actor.id
        difference.settled_reason = reason[:REASON_MAX_CHARS]
        difference.version += 1
        await difference.save()
        await audit.note(
            actor, "reconciliation.explain", Ref("reconciliation_difference", difference.id), reason=reason
        )


async def close(actor: Actor, day_id: int, *, expected_version: int) -> None:
    """结账: the day, what stands on it and the money booked on it do not change any more.

    It concerns every store with money on that day, so the actor's roles have to reach them all.

    Raises:
        DayNotFound, NotAllowed, DayClosed, DayNotCompared, StaleVersion.
        DifferencesOpen: some differences have no reason yet.
    """
    async with database.transaction():
        day = await ReconciliationDay.select_for_update().get_or_none(id=day_id)
        stores = await stores_of_day(day.day) if day else []
        authorise(actor, "reconciliation.close", subject(store_ids=stores))
        if day is None:
            raise DayNotFound
        if day.version != expected_version:
            raise StaleVersion(current_version=day.version)
        if day.state is DayState.CLOSED:
            raise DayClosed
        if day.state is DayState.OWED:
            raise DayNotCompared
        still_open = await ReconciliationDifference.filter(day_id=day.id, settled_at=None).count()
        if still_open:
            raise DifferencesOpen(open=still_open)
        day.state = next_state(rules.DAY_MOVES, day.state, "close")
        day.closed_at, day.closed_by_id = clock.now(), actor.id
        day.version += 1
        await day.save()
        await audit.note(actor, "reconciliation.close", Ref("reconciliation_day", day.id), day=day.day.isoformat())
