"""Somebody in a task that no salesperson has confirmed may not be sent to any more: it is made again without them.

They refused, complained, booked, came, or ended the friendship. WeCom takes nobody out of a task (doc 97610 stops it as
a whole). So it is stopped, what was sent is read, and whoever is left goes into a new batch, which asks the whole list
of reasons again before it becomes a task.

A stop line takes a task back the same way: the new batch waits until the broadcast goes on.

An event is the hint; every reading of a task's results asks the list too (`look_again`), for as long as it waits.
"""

from typing import Any

from campaigns.broadcasts import asking, ending, notices
from campaigns.broadcasts.freezing import first_token
from campaigns.broadcasts.models import BatchState, RecipientState
from campaigns.broadcasts.rules import OVER
from campaigns.broadcasts.unfinished import UNFINISHED
from foundation import clock, database
from foundation.events import Event
from foundation.reading import literals

Row = dict[str, Any]


async def on_change(event: Event) -> None:
    """In the transaction of what happened: a job for each unconfirmed task with that person or their car's owner.

    A task that is being made right now is looked at when it is there (`dispatch`).
    """
    rows = await database.fetch(
        "SELECT DISTINCT b.id FROM broadcast_recipient r JOIN send_batch b ON b.broadcast_id = r.broadcast_id "
        "AND b.staff_id = r.staff_id AND b.number = r.batch_number "
        "WHERE r.customer_id = ANY(array_append(ARRAY("
        "  SELECT o.customer_id FROM ownership o WHERE o.vehicle_id = $2 AND o.until_on IS NULL), $1::bigint)) "
        f"AND r.state = {literals(RecipientState.TASKED)} AND b.state = {literals(BatchState.CREATED)}",
        event.customer_id,
        getattr(event, "vehicle_id", None),
    )
    await UNFINISHED.hint([row["id"] for row in rows])


async def look_again(batch_id: int) -> None:
    """Ask the list about a task that waits; it is made again where somebody is left out or its broadcast was stopped.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    batch = await database.fetch_one(
        "SELECT b.*, c.stopped_at FROM send_batch b JOIN broadcast c ON c.id = b.broadcast_id "
        f"WHERE b.id = $1 AND b.state = {literals(BatchState.CREATED)}",
        batch_id,
    )
    if batch is not None and (batch["stopped_at"] is not None or await asking.must_leave_out(batch)):
        await renew(batch_id)


async def renew(batch_id: int) -> None:
    """Stop a task on the platform, read what was sent, and put the rest into a new batch.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    if not await ending.stop_on_platform(batch_id):
        return
    async with database.transaction():
        await move_rest(await locked(batch_id))


async def move_rest(batch: Row) -> None:
    """In the running transaction, the batch locked and stopped on the platform: who is left goes into a new batch."""
    batch_id = batch["id"]
    if batch["state"] != BatchState.CREATED:
        return
    if batch["broadcast_state"] in OVER:
        await ending.drop_rest(batch_id)
        return
    number = await _next_number(batch)
    moved = await database.fetch(
        f"UPDATE broadcast_recipient SET state = {literals(RecipientState.QUEUED)}, contacted_on = NULL, "
        "  batch_number = $4 "
        "WHERE broadcast_id = $1 AND staff_id = $2 AND batch_number = $3 "
        f"  AND state = {literals(RecipientState.TASKED)} RETURNING id",
        batch["broadcast_id"],
        batch["staff_id"],
        batch["number"],
        number,
    )
    await ending.close(batch_id)
    await notices.close_task(batch_id, "renewed" if batch["stopped_at"] is None else "stopped", "系统")
    if moved:
        new_id = await database.fetch_value(
            "INSERT INTO send_batch (broadcast_id, staff_id, number, token, customers, state, message_id, reason, "
            f"  created_at, reminded_at) VALUES ($1, $2, $3, $4, $5, {literals(BatchState.PENDING)}, '', '', $6, '[]') "
            "RETURNING id",
            batch["broadcast_id"],
            batch["staff_id"],
            number,
            str(first_token()),
            len(moved),
            clock.now(),
        )
        await UNFINISHED.hint([new_id])


async def locked(batch_id: int) -> Row:
    """The batch and its plan's state; the plan is locked first, as whoever ends it does."""
    row = await database.fetch_one(
        "SELECT c.state, c.stopped_at FROM broadcast c JOIN send_batch b ON b.broadcast_id = c.id WHERE b.id = $1 "
        "FOR SHARE OF c",
        batch_id,
    )
    batch = await database.fetch_one("SELECT * FROM send_batch WHERE id = $1 FOR UPDATE", batch_id)
    assert row is not None
    assert batch is not None
    return batch | {"broadcast_state": row["state"], "stopped_at": row["stopped_at"]}


async def _next_number(batch: Row) -> int:
    return int(
        await database.fetch_value(
            "SELECT max(number) + 1 FROM send_batch WHERE broadcast_id = $1 AND staff_id = $2",
            batch["broadcast_id"],
            batch["staff_id"],
        )
    )
