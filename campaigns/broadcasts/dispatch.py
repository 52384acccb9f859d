"""Making the tasks, each once: claim the batch, ask the platform outside any transaction, write down what it said.

    PENDING ─claim→ CREATING ─answer→ CREATED | EMPTY | FAILED        busy → PENDING again
                        └─no answer→ UNKNOWN ─found in WeCom's list→ CREATED
                                             └─not there after a minute→ PENDING again

A worker killed between the call and the answer leaves CREATING behind; after CLAIM_SECONDS that is a call without an
answer too. Nothing is asked twice without having looked, and nothing that was found is forgotten.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from campaigns.broadcasts import asking, notices, rules
from campaigns.broadcasts.models import BatchState
from campaigns.broadcasts.rules import BroadcastState
from crm_core.messaging.facts import MessageProblem
from crm_core.messaging.mass_messages import MadeTask, find_task, make_task
from foundation import clock, database, jobs
from foundation.errors import OutcomeUnknown, PlatformError
from foundation.logging import logger

DISPATCH: Final = "campaigns.dispatch"
RESOLVE: Final = "campaigns.resolve"
TAKE_BACK: Final = "campaigns.take_back"
RENEW: Final = "campaigns.renew"
CLAIM_SECONDS: Final = 60
"""Real seconds; longer than any call lives, and than WeCom needs to list what it made."""
BATCHES_AT_ONCE: Final = 500
"""Looked up by one sweep; the next minute takes the rest."""
OVER: Final = (BroadcastState.FINISHED, BroadcastState.CANCELLED)

Row = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """A batch this worker alone may ask for now."""

    batch: Row
    claimed_at: datetime
    external_userids: list[str]


async def enqueue_pending(broadcast_id: int) -> None:
    """A job for each batch of a broadcast that begins, in the running transaction."""
    rows = await database.fetch("SELECT id FROM send_batch WHERE broadcast_id = $1 AND state = 'PENDING'", broadcast_id)
    await _enqueue(DISPATCH, rows)


async def sweep() -> None:
    """Jobs for what waits or was left lying; safe to run as often as one likes."""
    if rules.may_send_at(clock.now()):
        waiting = await database.fetch(
            "SELECT b.id FROM send_batch b JOIN broadcast c ON c.id = b.broadcast_id "
            "WHERE b.state = 'PENDING' AND c.state = 'RUNNING' ORDER BY b.id LIMIT $1",
            BATCHES_AT_ONCE,
        )
        await _enqueue(DISPATCH, waiting)
    unanswered = await database.fetch(
        "SELECT id FROM send_batch WHERE state = 'UNKNOWN' OR (state = 'CREATING' "
        "AND claimed_at < clock_timestamp() - $1::interval) ORDER BY id LIMIT $2",
        timedelta(seconds=CLAIM_SECONDS),
        BATCHES_AT_ONCE,
    )
    await _enqueue(RESOLVE, unanswered)


async def _enqueue(job: str, rows: list[Row]) -> None:
    ids = [row["id"] for row in rows]
    await jobs.enqueue_many(job, [{"batch_id": one} for one in ids], dedupe_keys=[str(one) for one in ids])


async def dispatch(batch_id: int) -> None:
    """Make one task unless it was made, its broadcast does not run, or it is no hour to send.

    Raises:
        PlatformError: the platform is busy; the batch waits again.
    """
    claim = await _claim(batch_id)
    if claim is None:
        return
    batch = claim.batch
    try:
        made = await make_task(
            batch["template"],
            notices.content_for(batch),
            token=batch["token"],
            userid=batch["userid"],
            external_userids=claim.external_userids,
        )
    except OutcomeUnknown:
        logger.warning("mass_message_unknown", batch_id=batch_id)
        await _set_unknown(claim)
    except PlatformError as error:
        await _refused(claim, error)
    except MessageProblem as problem:
        logger.error("mass_message_not_sendable", batch_id=batch_id, problem=str(problem))
        await _end(claim.batch["id"], claim.claimed_at, BatchState.FAILED, "内容不合平台要求")
    else:
        await _made(batch_id, claim.claimed_at, made)


async def resolve(batch_id: int) -> None:
    """Look in WeCom's list for the task of an unanswered call.

    Raises:
        PlatformError: WeCom cannot be asked now.
    """
    batch = await database.fetch_one(
        "SELECT *, clock_timestamp() - claimed_at AS age FROM send_batch "
        "WHERE id = $1 AND state IN ('CREATING', 'UNKNOWN')",
        batch_id,
    )
    if batch is None:
        return
    is_old = batch["age"] >= timedelta(seconds=CLAIM_SECONDS)
    if batch["state"] == BatchState.CREATING and not is_old:
        return
    message_id = await find_task(batch["token"], batch["asked_at"])
    if message_id is not None:
        await _made(batch_id, batch["claimed_at"], MadeTask(message_id))
    elif is_old:
        # WeCom had a minute to list it: the call never arrived.
        await _release(batch_id, batch["claimed_at"])


async def _claim(batch_id: int) -> Claim | None:
    async with database.transaction():
        batch = await _locked(batch_id)
        if batch["state"] != BatchState.PENDING or batch["broadcast_state"] != BroadcastState.RUNNING:
            return None
        if not rules.may_send_at(clock.now()):
            return None
        # Two broadcasts must not both find the same person below his weekly limit.
        await database.advisory_lock("campaigns:contacts")
        await asking.exclude_now(batch)
        chosen = await database.fetch(
            "UPDATE broadcast_recipient SET contacted_on = $4 "
            f"WHERE {_IN_BATCH} AND state = 'QUEUED' RETURNING external_userid",
            *_key(batch),
            clock.today(),
        )
        claimed_at = await database.fetch_value(
            "UPDATE send_batch SET state = $2, claimed_at = clock_timestamp(), asked_at = $3 "
            "WHERE id = $1 RETURNING claimed_at",
            batch_id,
            BatchState.CREATING if chosen else BatchState.EMPTY,
            clock.now(),
        )
        return Claim(batch, claimed_at, [row["external_userid"] for row in chosen]) if chosen else None


_IN_BATCH: Final = "broadcast_id = $1 AND staff_id = $2 AND batch_number = $3"


def _key(batch: Row) -> tuple[int, int, int]:
    return batch["broadcast_id"], batch["staff_id"], batch["number"]


async def _locked(batch_id: int) -> Row:
    """The batch with its plan and sender. The plan is locked first, as whoever ends it does."""
    await database.fetch(
        "SELECT c.id FROM broadcast c JOIN send_batch b ON b.broadcast_id = c.id WHERE b.id = $1 FOR SHARE OF c",
        batch_id,
    )
    row = await database.fetch_one(
        "SELECT b.*, c.state AS broadcast_state, c.stopped_at, c.name AS broadcast_name, c.template, c.content, "
        "  c.ends_at, c.author_id, u.name AS author, s.userid, s.name AS staff_name, "
        "  coalesce(t.short_name, '') AS store_short "
        "FROM send_batch b JOIN broadcast c ON c.id = b.broadcast_id JOIN staff s ON s.id = b.staff_id "
        "JOIN staff u ON u.id = c.author_id LEFT JOIN store t ON t.id = s.store_id WHERE b.id = $1 FOR UPDATE OF b",
        batch_id,
    )
    assert row is not None
    return row


async def _made(batch_id: int, claimed_at: datetime, made: MadeTask) -> None:
    async with database.transaction():
        batch = await _locked(batch_id)
        if not _is_mine(batch, claimed_at):
            logger.error("mass_message_of_lost_claim", batch_id=batch_id)
            return
        await database.execute(
            "UPDATE broadcast_recipient SET state = CASE WHEN external_userid = ANY($4::text[]) THEN 'FAILED' "
            "    ELSE 'TASKED' END, "
            "  reason = CASE WHEN external_userid = ANY($4::text[]) THEN 'FAIL_LIST' ELSE reason END, "
            "  contacted_on = CASE WHEN external_userid = ANY($4::text[]) THEN NULL ELSE contacted_on END "
            f"WHERE {_IN_BATCH} AND state = 'QUEUED'",
            *_key(batch),
            list(made.failed),
        )
        await database.execute(
            "UPDATE send_batch SET state = 'CREATED', message_id = $2, tasked_at = $3 WHERE id = $1",
            batch_id,
            made.message_id,
            clock.now(),
        )
        if batch["broadcast_state"] in OVER:
            await jobs.enqueue(TAKE_BACK, {"batch_id": batch_id}, dedupe_key=str(batch_id))
            return
        await notices.ask_to_send(batch)
        if batch["stopped_at"] is not None or await asking.must_leave_out(batch):
            await jobs.enqueue(RENEW, {"batch_id": batch_id}, dedupe_key=str(batch_id))


async def _refused(claim: Claim, error: PlatformError) -> None:
    batch_id, reason = claim.batch["id"], f"企业微信没有接受（{error.errcode}）"
    if error.kind in ("B", "T"):
        await _release(batch_id, claim.claimed_at)
        raise error
    logger.warning("mass_message_refused", batch_id=batch_id, errcode=error.errcode)
    await _end(batch_id, claim.claimed_at, BatchState.EMPTY if error.kind == "I" else BatchState.FAILED, reason)


async def _set_unknown(claim: Claim) -> None:
    await database.execute(
        "UPDATE send_batch SET state = 'UNKNOWN' WHERE id = $1 AND state = 'CREATING' AND claimed_at = $2",
        claim.batch["id"],
        claim.claimed_at,
    )


async def _release(batch_id: int, claimed_at: datetime) -> None:
    """Nothing was made: it waits again, or is dropped with its broadcast."""
    async with database.transaction():
        batch = await _locked(batch_id)
        if not _is_mine(batch, claimed_at):
            return
        is_over = batch["broadcast_state"] in OVER
        await database.execute(
            f"UPDATE broadcast_recipient SET contacted_on = NULL, state = $4 WHERE {_IN_BATCH} AND state = 'QUEUED'",
            *_key(batch),
            "DROPPED" if is_over else "QUEUED",
        )
        await database.execute(
            "UPDATE send_batch SET state = $2 WHERE id = $1",
            batch_id,
            BatchState.CANCELLED if is_over else BatchState.PENDING,
        )


async def _end(batch_id: int, claimed_at: datetime, state: BatchState, reason: str) -> None:
    """The platform will never make it."""
    async with database.transaction():
        batch = await _locked(batch_id)
        if not _is_mine(batch, claimed_at):
            return
        await database.execute(
            "UPDATE broadcast_recipient SET contacted_on = NULL, state = 'FAILED', reason = 'REFUSED' "
            f"WHERE {_IN_BATCH} AND state = 'QUEUED'",
            *_key(batch),
        )
        await database.execute("UPDATE send_batch SET state = $2, reason = $3 WHERE id = $1", batch_id, state, reason)


def _is_mine(batch: Row, claimed_at: datetime) -> bool:
    return batch["state"] in (BatchState.CREATING, BatchState.UNKNOWN) and batch["claimed_at"] == claimed_at
