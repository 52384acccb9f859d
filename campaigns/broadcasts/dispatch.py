"""Making the tasks, each once: claim the batch, ask the platform outside any transaction, write down what it said.

    PENDING ─claim→ CREATING ─answer→ CREATED | EMPTY | FAILED        busy → PENDING again
                        └─no answer→ UNKNOWN ─found in WeCom's list→ CREATED
                                             └─not there after a while→ PENDING again, and watched

A worker killed between the call and the answer leaves CREATING behind; after `claim_seconds` that is a call without an
answer too. Nothing is asked twice without having looked for a quarter of an hour. Even then the call may have made a
task that WeCom lists later, and a worker that stood still may hear its answer after that: `lost_calls` finds and stops
every task of a batch but the one that counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from campaigns.broadcasts import asking, lost_calls, notices, rules, stopping
from campaigns.broadcasts.models import BatchState, RecipientState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.channels.wecom_mass import WECOM_MASS
from campaigns.mass_channels import MadeTask
from crm_core.contact.rules import ContactPolicy, may_send_at
from crm_core.policies.current import group_policy
from crm_core.wording.facts import MessageProblem
from foundation import clock, database
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.logging import logger
from foundation.reading import literals

Row = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """A batch this worker alone may ask for now."""

    batch: Row
    claimed_at: datetime
    external_userids: list[str]


async def dispatch(batch_id: int) -> None:
    """Make one task unless it was made, its broadcast does not run, or it is no hour to send.

    Raises:
        PlatformError: the platform is busy; the batch waits again.
    """
    if await _promises_nothing(batch_id):
        return
    claim = await _claim(batch_id)
    if claim is None:
        return
    batch = claim.batch
    try:
        made = await WECOM_MASS.make(
            batch["template"],
            notices.facts_of(orjson.loads(batch["content"]), batch["store_short"]),
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


async def _promises_nothing(batch_id: int) -> bool:
    """Whether nobody can claim what the message promises, also when the clock has not looked since: it stops then."""
    row = await database.fetch_one(
        "SELECT c.id, c.coupon_template_id FROM broadcast c JOIN send_batch b ON b.broadcast_id = c.id WHERE b.id = $1",
        batch_id,
    )
    if row is None or not await stopping.coupon_problem(row["coupon_template_id"]):
        return False
    await stopping.watch(row["id"])
    return True


async def resolve(batch_id: int) -> None:
    """Look in WeCom's list for the task of an unanswered call.

    Raises:
        PlatformError: WeCom cannot be asked now.
    """
    batch = await database.fetch_one(
        "SELECT *, clock_timestamp() - claimed_at AS age FROM send_batch "
        f"WHERE id = $1 AND state IN ({literals(BatchState.CREATING, BatchState.UNKNOWN)})",
        batch_id,
    )
    if batch is None:
        return
    is_old = batch["age"] >= timedelta(seconds=WECOM_MASS.claim_seconds)
    if batch["state"] == BatchState.CREATING and not is_old:
        return
    for message_id in await WECOM_MASS.find(batch["token"], batch["asked_at"]):
        if not await lost_calls.is_lost(batch_id, message_id):
            await _made(batch_id, batch["claimed_at"], MadeTask(message_id))
            return
    if is_old and clock.now() - batch["asked_at"] >= WECOM_MASS.looked_for:
        await _release(batch_id, batch["claimed_at"], was_asked=True)


async def _claim(batch_id: int) -> Claim | None:
    async with database.transaction():
        batch = await _locked(batch_id)
        if batch["state"] != BatchState.PENDING or batch["broadcast_state"] != BroadcastState.RUNNING:
            return None
        if not may_send_at(clock.now(), await group_policy(ContactPolicy)):
            return None
        # Two broadcasts must not both find the same person below their weekly limit.
        await database.advisory_lock("campaigns:contacts")
        await asking.exclude_now(batch)
        chosen = await database.fetch(
            "UPDATE broadcast_recipient SET contacted_on = $4 "
            f"WHERE {_IN_BATCH} AND state = {literals(RecipientState.QUEUED)} RETURNING external_userid",
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


_REFUSED: Final = "REFUSED"
"""Why somebody was not sent to: WeCom would not make the task."""
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
        if not _is_mine(batch, claimed_at) or await lost_calls.is_lost(batch_id, made.message_id):
            await lost_calls.keep(batch, made.message_id)
            return
        await database.execute(
            "UPDATE broadcast_recipient SET state = CASE WHEN external_userid = ANY($4::text[]) "
            f"    THEN {literals(RecipientState.FAILED)} ELSE {literals(RecipientState.TASKED)} END, "
            "  reason = CASE WHEN external_userid = ANY($4::text[]) THEN 'FAIL_LIST' ELSE reason END, "
            "  contacted_on = CASE WHEN external_userid = ANY($4::text[]) THEN NULL ELSE contacted_on END "
            f"WHERE {_IN_BATCH} AND state = {literals(RecipientState.QUEUED)}",
            *_key(batch),
            list(made.failed),
        )
        await database.execute(
            f"UPDATE send_batch SET state = {literals(BatchState.CREATED)}, message_id = $2, tasked_at = $3 "
            "  WHERE id = $1",
            batch_id,
            made.message_id,
            clock.now(),
        )
        if batch["broadcast_state"] in rules.OVER:
            await UNFINISHED.hint([batch_id])
            return
        await notices.ask_to_send(batch)
        if batch["stopped_at"] is not None or await asking.must_leave_out(batch):
            await UNFINISHED.hint([batch_id])


async def _refused(claim: Claim, error: PlatformError) -> None:
    batch_id, reason = claim.batch["id"], f"企业微信没有接受（{error.errcode}）"
    if error.is_retryable:
        await _release(batch_id, claim.claimed_at)
        raise error
    logger.warning("mass_message_refused", batch_id=batch_id, errcode=error.errcode)
    await _end(
        batch_id,
        claim.claimed_at,
        BatchState.EMPTY if error.kind == ErrorKind.NOTHING_TO_DO else BatchState.FAILED,
        reason,
    )


async def _set_unknown(claim: Claim) -> None:
    await database.execute(
        f"UPDATE send_batch SET state = {literals(BatchState.UNKNOWN)} WHERE id = $1 "
        f"  AND state = {literals(BatchState.CREATING)} AND claimed_at = $2",
        claim.batch["id"],
        claim.claimed_at,
    )


async def _release(batch_id: int, claimed_at: datetime, *, was_asked: bool = False) -> None:
    """Nothing was made as far as one can see: it waits again, or is dropped with its broadcast.

    `was_asked`: a call without an answer was given up, and is watched from now on.
    """
    async with database.transaction():
        batch = await _locked(batch_id)
        if not _is_mine(batch, claimed_at):
            return
        is_over = batch["broadcast_state"] in rules.OVER
        await database.execute(
            f"UPDATE broadcast_recipient SET contacted_on = NULL, state = $4 WHERE {_IN_BATCH} "
            f"  AND state = {literals(RecipientState.QUEUED)}",
            *_key(batch),
            "DROPPED" if is_over else "QUEUED",
        )
        await database.execute(
            "UPDATE send_batch SET state = $2 WHERE id = $1",
            batch_id,
            BatchState.CANCELLED if is_over else BatchState.PENDING,
        )
        if was_asked:
            await lost_calls.watch(batch)


async def _end(batch_id: int, claimed_at: datetime, state: BatchState, reason: str) -> None:
    """The platform will never make it."""
    async with database.transaction():
        batch = await _locked(batch_id)
        if not _is_mine(batch, claimed_at):
            return
        await database.execute(
            "UPDATE broadcast_recipient SET contacted_on = NULL, reason = $4, "
            f"  state = {literals(RecipientState.FAILED)} "
            f"WHERE {_IN_BATCH} AND state = {literals(RecipientState.QUEUED)}",
            *_key(batch),
            _REFUSED,
        )
        await database.execute("UPDATE send_batch SET state = $2, reason = $3 WHERE id = $1", batch_id, state, reason)


def _is_mine(batch: Row, claimed_at: datetime) -> bool:
    return batch["state"] in (BatchState.CREATING, BatchState.UNKNOWN) and batch["claimed_at"] == claimed_at
