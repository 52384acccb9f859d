"""Periodic jobs, and jobs that call the platform: each finds what is due and calls the verb for it."""

from functools import partial

from campaigns.broadcasts import advancing, ending, falling, freezing, lost_calls, samples, stopping
from campaigns.broadcasts.models import OPEN_SEND_TASKS
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import ADVANCE, UNFINISHED
from campaigns.broadcasts.ways import GOES_ON
from foundation import clock, database
from foundation.jobs import BULK, enqueue, job
from foundation.reading import literals

START = "campaigns.start"
FINISH_BATCH = 100


@job(samples.SEND, is_hint=True)
async def send_sample(*, sample_id: int) -> None:
    """Send a marketer what they wrote."""
    await samples.ASKED.attempt(sample_id, partial(samples.send, sample_id))


@job("campaigns.start_due")
async def start_due() -> None:
    """Start broadcasts whose time has come; runs each minute."""
    due = await database.fetch(
        f"SELECT id FROM broadcast WHERE state = {literals(BroadcastState.SCHEDULED)} AND starts_at <= $1 "
        "  ORDER BY starts_at",
        clock.now(),
    )
    for row in due:
        await enqueue(START, {"broadcast_id": row["id"]}, dedupe_key=str(row["id"]))


@job(START, is_hint=True)
async def start(*, broadcast_id: int) -> None:
    """Freeze one broadcast and run it."""
    await freezing.start(broadcast_id)


@job(ADVANCE, priority=BULK, is_hint=True)
async def advance(*, send_task_id: int) -> None:
    """Take the next step of one send task."""
    await UNFINISHED.attempt(send_task_id, partial(advancing.advance, send_task_id))


@job(lost_calls.FOLLOW, is_hint=True)
async def follow_lost_call(*, lost_call_id: int) -> None:
    """Find, or stop, a task that was made besides the one that counts."""
    await lost_calls.LOST.attempt(lost_call_id, partial(lost_calls.follow, lost_call_id))


@job("campaigns.watch_running")
async def watch_running() -> None:
    """Check the stop lines; runs every five minutes."""
    await stopping.watch_all()


@job("campaigns.fall_due")
async def fall_due() -> None:
    """Let people go on to the next way whom theirs did not reach; runs each minute."""
    due = await database.fetch(
        f"SELECT c.id FROM broadcast c WHERE c.state = {literals(BroadcastState.RUNNING)} AND {GOES_ON}   ORDER BY c.id"
    )
    for row in due:
        await falling.fall(row["id"])


@job("campaigns.finish_due")
async def finish_due() -> None:
    """End broadcasts whose time is over or that have nothing left to do; runs every five minutes."""
    due = await database.fetch(
        "SELECT c.id FROM broadcast c "
        f"  WHERE c.state IN ({literals(BroadcastState.RUNNING, BroadcastState.PAUSED)}) AND (c.ends_at <= $1 "
        "  OR NOT EXISTS ("
        "  SELECT 1 FROM send_task b WHERE b.broadcast_id = c.id "
        f"  AND b.state IN ({literals(*OPEN_SEND_TASKS)})) AND NOT {GOES_ON}) ORDER BY c.id LIMIT $2",
        clock.now(),
        FINISH_BATCH,
    )
    for row in due:
        await ending.finish(row["id"])
