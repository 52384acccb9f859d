"""Waiting for the end of people's own quiet hours: whoever is quiet now stands in a later task of the same way.

Each send task is looked at right before it is made. Those who are quiet at that moment go to a task that is not made
before their hours are over; nobody of a task that was made is quiet. Whose hours leave nothing of the time until the
broadcast ends is excluded, with that reason. Since a person is always in exactly one task, nobody is lost or sent to
twice.

A member confirms a task whenever they like, so people with quiet hours stand in tasks of their own: when the hours of
one of them begin, only such a task is stopped and made again (`leaving_out`), and not that of everybody else.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from campaigns.broadcasts.adding import add_task, next_number
from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.rows import OF_TASK, TaskInHand, key_of
from campaigns.exclusions import Exclusion
from campaigns.mass_channels import DirectChannel, channel_of
from crm_core.contact.current import contact_rules
from crm_core.contact.quiet_rules import Span, is_quiet
from crm_core.contact.rules import may_send_at, sends_from
from crm_core.customers.quiet_hours.reading import LIVE_CODES, as_spans
from foundation import clock, database
from foundation.reading import literals


async def part(send_task: TaskInHand) -> bool:
    """Leave in a task, which the caller is about to make, only people who may be written to now. False if it has to
    wait itself. The caller holds the lock under which one dispatch runs at a time.
    """
    queued, quiet = await _people(send_task, RecipientState.QUEUED)
    if not quiet:
        await _set_time(send_task, None)
        return True
    now, rules = clock.now(), await contact_rules()
    later: dict[datetime, list[int]] = defaultdict(list)
    never: list[int] = []
    for customer_id, spans in quiet.items():
        opens_at = sends_from(now, spans, rules)
        if opens_at is None or (send_task.ends_at is not None and opens_at >= send_task.ends_at):
            never.append(customer_id)
        else:
            later[opens_at].append(customer_id)
    await _leave_out(send_task, never)
    others = queued - len(quiet)
    if isinstance(channel_of(send_task.channel), DirectChannel):
        others += len(later.pop(now, []))
    if later and not others:
        # One group stays, so that a task which only waits is no further row.
        first = min(later)
        others = len(later.pop(first))
        await _set_time(send_task, first if first > now else None)
        stays_for = first
    else:
        stays_for = now
    for opens_at, customer_ids in sorted(later.items()):
        await _to_another_task(send_task, customer_ids, opens_at if opens_at > now else None)
    moved = queued - others - len(never)
    await database.execute(
        "UPDATE send_task SET customers = greatest(1, customers - $2) WHERE id = $1", send_task.id, moved
    )
    return stays_for <= now


async def must_part(send_task: TaskInHand) -> bool:
    """Whether somebody of an unconfirmed task is quiet by now, or has set hours while others of it have none."""
    waiting, quiet = await _people(send_task, RecipientState.TASKED)
    now = clock.now()
    if any(is_quiet(spans, now) for spans in quiet.values()):
        return True
    is_mixed = 0 < len(quiet) < waiting
    # At night nobody could be given a task again.
    return is_mixed and may_send_at(now, await contact_rules())


async def until(send_task_id: int) -> datetime | None:
    """When a task that waits for the end of quiet hours may be made."""
    not_before: datetime | None = await database.fetch_value(
        "SELECT not_before FROM send_task WHERE id = $1", send_task_id
    )
    return not_before


async def _people(send_task: TaskInHand, state: RecipientState) -> tuple[int, dict[int, tuple[Span, ...]]]:
    """How many people of the task have this state, and those of them who have quiet hours."""
    row = await database.fetch_one(
        f"SELECT count(*) AS people FROM broadcast_recipient r WHERE {OF_TASK} AND r.state = $4",
        *key_of(send_task),
        state,
    )
    assert row is not None
    quiet = await database.fetch(
        f"SELECT c.id, {LIVE_CODES} AS codes FROM broadcast_recipient r JOIN customer c ON c.id = r.customer_id "
        f"WHERE {OF_TASK} AND r.state = $4 AND EXISTS ("
        "  SELECT FROM quiet_hours q WHERE q.customer_id = r.customer_id AND q.ended_at IS NULL)",
        *key_of(send_task),
        state,
    )
    return row["people"], {each["id"]: as_spans(each["codes"]) for each in quiet}


async def _set_time(send_task: TaskInHand, not_before: datetime | None) -> None:
    if send_task.not_before != not_before:
        await database.execute("UPDATE send_task SET not_before = $2 WHERE id = $1", send_task.id, not_before)


async def _leave_out(send_task: TaskInHand, customer_ids: Sequence[int]) -> None:
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.EXCLUDED)}, "
        f"  reason = {literals(Exclusion.ALWAYS_QUIET)} WHERE {OF_TASK} AND r.customer_id = ANY($4)",
        *key_of(send_task),
        list(customer_ids),
    )


async def _to_another_task(send_task: TaskInHand, customer_ids: Sequence[int], not_before: datetime | None) -> None:
    number = await next_number(send_task.broadcast_id, send_task.staff_id)
    await database.execute(
        f"UPDATE broadcast_recipient r SET task_number = $4 WHERE {OF_TASK} AND r.customer_id = ANY($5)",
        *key_of(send_task),
        number,
        list(customer_ids),
    )
    await add_task(send_task, send_task.staff_id, number, len(customer_ids), not_before)
