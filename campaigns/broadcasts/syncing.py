"""Reading back what became of tasks, page by page. Reading twice does no harm."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from campaigns.broadcasts import notices, rows
from campaigns.broadcasts.events import CampaignSent
from campaigns.broadcasts.models import RecipientState, SendTaskState, Unsent
from campaigns.broadcasts.rows import OF_TASK, TaskInHand, key_of
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.mass_channels import CustomerResult, DirectChannel, SendOutcome, channel_of
from crm_core.dealerships.actors import system
from foundation import clock, database
from foundation.events import record_many
from foundation.reading import literals

CHUNK: Final = 1000
"""How many results are written in one transaction: one page of the platform (WeCom doc 93338)."""

_STATES: Final = {
    SendOutcome.SENT: RecipientState.SENT,
    SendOutcome.UNREACHED: RecipientState.UNREACHED,
    SendOutcome.QUOTA: RecipientState.QUOTA,
    SendOutcome.NOT_KNOWN: RecipientState.FAILED,
}


async def enqueue_open(broadcast_id: int) -> int:
    """Queue a job for each task of a broadcast that may have results, in the running transaction; returns how many."""
    made = await database.fetch(
        f"SELECT id FROM send_task WHERE state = {literals(SendTaskState.CREATED)} AND broadcast_id = $1", broadcast_id
    )
    await UNFINISHED.hint([row["id"] for row in made])
    return len(made)


async def sync(send_task_id: int) -> None:
    """Read from the platform whether one task was confirmed, if it has to be, and the result for each customer.

    Raises:
        PlatformError: the platform cannot be asked now, or still works on the task (WeCom's 41063).
    """
    send_task = await rows.found(send_task_id)
    if send_task is None or send_task.state is not SendTaskState.CREATED:
        return
    channel, message_id = channel_of(send_task.channel), send_task.message_id
    if isinstance(channel, DirectChannel):
        await _read_results(send_task, channel.results(message_id), clock.now())
    else:
        async for task in channel.member_tasks(message_id):
            if task.is_confirmed and task.userid == send_task.userid:
                results = channel.results(message_id, task.userid)
                await _read_results(send_task, results, task.confirmed_at or clock.now())
    now = clock.now()
    await database.execute("UPDATE send_task SET synced_at = $2 WHERE id = $1", send_task_id, now)
    await database.execute("UPDATE broadcast SET synced_at = $2 WHERE id = $1", send_task.broadcast_id, now)


async def _read_results(send_task: TaskInHand, results: AsyncIterator[CustomerResult], confirmed_at: datetime) -> None:
    waiting: list[str] = []
    async for chunk in _chunks(results):
        waiting += [one.address for one in chunk if one.outcome is SendOutcome.WAITING]
        await _write(send_task, [one for one in chunk if one.outcome is not SendOutcome.WAITING])
    async with database.transaction():
        # Customers whom the platform does not list were never tried. They were in the fail_list of a call whose answer
        # was lost.
        await database.execute(
            f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.FAILED)}, "
            f"  reason = {literals(Unsent.NOT_LISTED)}, contacted_on = NULL "
            f"WHERE {OF_TASK} AND state = {literals(RecipientState.TASKED)} AND address <> ALL($4::text[])",
            *key_of(send_task),
            waiting,
        )
        await database.execute(
            "UPDATE send_task SET confirmed_at = CASE WHEN $4 THEN confirmed_at ELSE coalesce(confirmed_at, $2) END, "
            f"  state = CASE WHEN $3 THEN state ELSE {literals(SendTaskState.SENT)} END WHERE id = $1 "
            f"  AND state = {literals(SendTaskState.CREATED)}",
            send_task.id,
            confirmed_at,
            bool(waiting),
            # Who still waits in what can be taken back may go on to the next way.
            bool(waiting) and send_task.staff_id is None and not send_task.is_final,
        )
        if send_task.confirmed_at is None and send_task.staff_id is not None:
            await notices.close_task(send_task.id, "confirmed", send_task.staff_name)


async def _chunks(results: AsyncIterator[CustomerResult]) -> AsyncIterator[list[CustomerResult]]:
    chunk: list[CustomerResult] = []
    async for result in results:
        chunk.append(result)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _write(send_task: TaskInHand, results: Sequence[CustomerResult]) -> None:
    """Store results. Only customers without a result change, so that a second reading or an older page does no harm."""
    async with database.transaction():
        changed = await database.fetch(
            "UPDATE broadcast_recipient r SET state = q.state, "
            f"  sent_at = CASE WHEN q.state = {literals(RecipientState.SENT)} THEN q.at END, "
            f"  contacted_on = CASE q.state WHEN {literals(RecipientState.SENT)} "
            "    THEN (q.at AT TIME ZONE 'Asia/Shanghai')::date "
            f"    WHEN {literals(RecipientState.FAILED)} THEN contacted_on END, "
            f"  reason = CASE q.state WHEN {literals(RecipientState.FAILED)} THEN {literals(Unsent.NOT_KNOWN)} "
            "    ELSE reason END "
            "FROM unnest($4::text[], $5::text[], $6::timestamptz[]) AS q(address, state, at) "
            f"WHERE {OF_TASK} AND r.state = {literals(RecipientState.TASKED)} "
            "AND r.address = q.address RETURNING r.customer_id, r.state",
            *key_of(send_task),
            [one.address for one in results],
            [_STATES[one.outcome] for one in results],
            [one.sent_at or clock.now() for one in results],
        )
        await _say_sent(send_task, [row["customer_id"] for row in changed if row["state"] == RecipientState.SENT])


async def note_sent(send_task: TaskInHand, results: Sequence[CustomerResult]) -> None:
    """Record, in the running transaction, that a task which does not count has reached these customers of its
    sender.
    """
    changed = await database.fetch(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.SENT)}, sent_at = q.at, "
        "  contacted_on = (q.at AT TIME ZONE 'Asia/Shanghai')::date "
        "FROM unnest($3::text[], $4::timestamptz[]) AS q(address, at) "
        "WHERE r.broadcast_id = $1 AND (r.staff_id = $2 OR r.staff_id IS NULL AND $2 IS NULL) "
        "AND r.address = q.address "
        f"AND r.state IN ({literals(RecipientState.QUEUED, RecipientState.TASKED)}) RETURNING r.customer_id",
        send_task.broadcast_id,
        send_task.staff_id,
        [one.address for one in results],
        [one.sent_at or clock.now() for one in results],
    )
    await _say_sent(send_task, [row["customer_id"] for row in changed])


async def _say_sent(send_task: TaskInHand, customer_ids: Sequence[int]) -> None:
    staff_id = send_task.staff_id
    sender = system("broadcast") if staff_id is None else f"staff:{staff_id}"
    await record_many(
        [
            CampaignSent(
                actor=str(sender),
                customer_id=customer_id,
                broadcast_id=send_task.broadcast_id,
                broadcast_name=send_task.broadcast_name,
            )
            for customer_id in customer_ids
        ]
    )
