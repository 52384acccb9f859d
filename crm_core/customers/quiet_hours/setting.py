"""The verbs: a span begins, a span ends."""

from datetime import time
from typing import Final

from crm_core.contact.quiet_rules import MOST_SPANS, Span, leaves_some_of, minute_of
from crm_core.contact.rules import ContactPolicy
from crm_core.customers import people
from crm_core.customers.events import QuietHoursChanged
from crm_core.customers.quiet_hours import reading
from crm_core.customers.quiet_hours.errors import (
    QuietHoursEmpty,
    QuietHoursLeaveNothing,
    QuietHoursNotFound,
    TooManyQuietHours,
)
from crm_core.customers.quiet_hours.models import QuietSource
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

ACTION: Final = "customers.quiet_hours"


async def begin(actor: Actor, customer_id: int, starts: time, ends: time, source: QuietSource) -> None:
    """From now on they are not written to between these times of each day. The same span again changes nothing.

    Raises:
        QuietHoursEmpty: it has no length.
        TooManyQuietHours: they have as many as there may be.
        QuietHoursLeaveNothing: nothing of the hours for messages would be left.
        CustomerNotFound, NotAllowed.
    """
    span = Span(minute_of(starts), minute_of(ends))
    async with database.transaction():
        row = await people.lock_for(actor, ACTION, customer_id)
        if span.starts == span.ends:
            raise QuietHoursEmpty
        live = await reading.live(row.id)
        if span in live:
            return
        if len(live) >= MOST_SPANS:
            raise TooManyQuietHours
        if not leaves_some_of([*live, span], (await group_policy(ContactPolicy)).message_windows):
            raise QuietHoursLeaveNothing
        await database.execute(
            "INSERT INTO quiet_hours (customer_id, starts_minute, ends_minute, source, noted_by_id, since) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            row.id,
            span.starts,
            span.ends,
            QuietSource.MINI_PROGRAM if actor.is_owner else source,
            None if actor.is_owner else actor.id,
            clock.now(),
        )
        await _tell(actor, row, span, has_ended=False)


async def end(actor: Actor, quiet_hours_id: int) -> int:
    """They may be written to at these hours again. Returns whose hours they were.

    Raises:
        QuietHoursNotFound: there are none, or they have ended.
        NotAllowed.
    """
    async with database.transaction():
        whose = await database.fetch_value("SELECT customer_id FROM quiet_hours WHERE id = $1", quiet_hours_id)
        if whose is None:
            raise QuietHoursNotFound
        row = await people.lock_for(actor, ACTION, whose)
        ended = await database.fetch_one(
            "UPDATE quiet_hours SET ended_at = $3, ended_by_id = $4 "
            "WHERE id = $1 AND customer_id = $2 AND ended_at IS NULL RETURNING starts_minute, ends_minute",
            quiet_hours_id,
            row.id,
            clock.now(),
            None if actor.is_owner else actor.id,
        )
        if ended is None:
            raise QuietHoursNotFound
        await _tell(actor, row, Span(ended["starts_minute"], ended["ends_minute"]), has_ended=True)
        return row.id


async def _tell(actor: Actor, row: people.Person, span: Span, *, has_ended: bool) -> None:
    if not actor.is_owner:
        await audit.note(actor, ACTION, Ref("customer", row.id), hours=span.words, has_ended=has_ended)
    await record(
        QuietHoursChanged(
            actor=str(actor), customer_id=row.id, store_id=row.home_store_id, hours=span.words, has_ended=has_ended
        )
    )
