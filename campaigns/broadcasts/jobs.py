"""What the clock does and what calls the platform: each job finds what is due and calls the verb on it."""

from campaigns.broadcasts import dispatch, ending, freezing, leaving_out, stopping, syncing, tasks
from foundation import clock, database
from foundation.jobs import BULK, enqueue, job

START = "campaigns.start"
FINISH_BATCH = 100


@job("campaigns.start_due")
async def start_due() -> None:
    """Each minute: plans whose time has come."""
    due = await database.fetch(
        "SELECT id FROM broadcast WHERE state = 'SCHEDULED' AND starts_at <= $1 ORDER BY starts_at", clock.now()
    )
    for row in due:
        await enqueue(START, {"broadcast_id": row["id"]}, dedupe_key=str(row["id"]))


@job(START)
async def start(*, broadcast_id: int) -> None:
    """Freeze one plan and run it."""
    await freezing.start(broadcast_id)


@job("campaigns.dispatch_due")
async def dispatch_due() -> None:
    """Each minute: batches that wait, and calls nobody answered."""
    await dispatch.sweep()


@job(dispatch.DISPATCH, priority=BULK)
async def make_task(*, batch_id: int) -> None:
    """Make one task."""
    await dispatch.dispatch(batch_id)


@job(dispatch.RESOLVE)
async def resolve(*, batch_id: int) -> None:
    """Learn what became of one unanswered call."""
    await dispatch.resolve(batch_id)


@job("campaigns.sync_due")
async def sync_due() -> None:
    """Every five minutes: tasks that salespeople may have confirmed, and the stop lines."""
    await syncing.enqueue_open()
    for row in await database.fetch("SELECT id FROM broadcast WHERE state = 'RUNNING' ORDER BY id"):
        await stopping.watch(row["id"])


@job(syncing.SYNC, priority=BULK)
async def sync(*, batch_id: int) -> None:
    """Read the results of one task; while it waits, ask again whom it may not reach."""
    await syncing.sync(batch_id)
    await leaving_out.look_again(batch_id)


@job(tasks.REMIND)
async def remind(*, batch_id: int) -> None:
    """Remind one salesperson."""
    await tasks.remind_on_platform(batch_id)


@job(dispatch.TAKE_BACK)
async def take_back(*, batch_id: int) -> None:
    """Take the rest of one task back."""
    await ending.take_back(batch_id)


@job(dispatch.RENEW)
async def renew(*, batch_id: int) -> None:
    """Make one task again without whom it may not reach any more."""
    await leaving_out.look_again(batch_id)


@job("campaigns.finish_due")
async def finish_due() -> None:
    """Every five minutes: broadcasts whose days are over or of which nothing is open."""
    due = await database.fetch(
        "SELECT c.id FROM broadcast c WHERE c.state IN ('RUNNING', 'PAUSED') AND (c.ends_at <= $1 OR NOT EXISTS ("
        "  SELECT 1 FROM send_batch b WHERE b.broadcast_id = c.id "
        "  AND b.state IN ('PENDING', 'CREATING', 'UNKNOWN', 'CREATED'))) ORDER BY c.id LIMIT $2",
        clock.now(),
        FINISH_BATCH,
    )
    for row in due:
        await ending.finish(row["id"])
