"""Making each task once: lease the send task, call the platform outside any transaction, store the answer.

    PENDING ─lease→ CREATING ─answer→ CREATED | EMPTY | FAILED        busy → PENDING again
                        └─no answer→ UNKNOWN ─found in the platform's list→ CREATED
                                             └─not there after a while→ PENDING again, and watched

A worker that is killed between the call and the answer leaves the state CREATING; after `lease_seconds` this is
treated as a call without an answer. No call is repeated before the platform's list was searched for a while
(`looked_for` of the channel). Even then the first call may have made a task that is listed later, or a worker that was
stopped may get its answer later. Therefore `lost_calls` finds and stops every task of a send task except the one that
counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.broadcasts import asking, heirs, lost_calls, notices, putting_off, rows, rules, stopping, substitutes
from campaigns.broadcasts.models import RecipientState, SendTaskState, Unsent
from campaigns.broadcasts.rows import OF_TASK, TaskInHand, key_of
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.contents.reading import said
from campaigns.mass_channels import DirectChannel, MadeTask, MemberChannel, channel_of
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import may_send_at
from crm_core.wording.facts import MessageProblem
from foundation import clock, database
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.logging import logger
from foundation.reading import literals


@dataclass(frozen=True)
class Lease:
    """A send task for which only this worker may call the platform now."""

    send_task: TaskInHand
    leased_at: datetime
    addresses: list[str]


async def dispatch(send_task_id: int) -> None:
    """Make one task, unless it was made, its broadcast is not running, or it is outside the sending hours.

    Raises:
        PlatformError: the platform is busy; the send task is pending again.
    """
    if await _promises_nothing(send_task_id) or await _must_wait(send_task_id):
        return
    lease = await _lease(send_task_id)
    if lease is None:
        return
    send_task = lease.send_task
    try:
        made = await _ask(send_task, lease.addresses)
    except OutcomeUnknown:
        logger.warning("mass_message_unknown", send_task_id=send_task_id)
        await _set_unknown(lease)
    except PlatformError as error:
        await _refused(lease, error)
    except MessageProblem as problem:
        logger.error("mass_message_not_sendable", send_task_id=send_task_id, problem=str(problem))
        await _end(lease.send_task.id, lease.leased_at, SendTaskState.FAILED, "内容不合平台要求")
    else:
        await _made(send_task_id, lease.leased_at, made)


async def _ask(send_task: TaskInHand, addresses: list[str]) -> MadeTask:
    channel, token = channel_of(send_task.channel), send_task.token
    content = said(send_task.words, send_task.template, channel, send_task.content)
    facts = notices.facts_of(send_task.content, send_task.store_short)
    if isinstance(channel, DirectChannel):
        return await channel.make(content, facts, token=token, addresses=addresses)
    assert send_task.userid is not None
    return await channel.make(content, facts, token=token, userid=send_task.userid, addresses=addresses)


async def _promises_nothing(send_task_id: int) -> bool:
    """Whether the coupon that the message promises can no longer be claimed. If so, the broadcast is stopped, even if
    the periodic check has not noticed yet.
    """
    row = await database.fetch_one(
        "SELECT c.id, c.coupon_template_id FROM broadcast c JOIN send_task b ON b.broadcast_id = c.id WHERE b.id = $1",
        send_task_id,
    )
    if row is None or not await stopping.coupon_problem(row["coupon_template_id"]):
        return False
    await stopping.watch(row["id"])
    return True


async def _must_wait(send_task_id: int) -> bool:
    """Whether the platform does not take the words, now or ever; then the task ends, and its people may go on."""
    send_task = await rows.found(send_task_id)
    if send_task is None or send_task.state is not SendTaskState.PENDING:
        return False
    channel = channel_of(send_task.channel)
    content = said(send_task.words, send_task.template, channel, send_task.content)
    why = await channel.not_ready(content)
    if why is not None and why.is_for_good:
        async with database.transaction():
            send_task = await rows.locked(send_task_id)
            if send_task.state is SendTaskState.PENDING:
                await _end_locked(send_task, SendTaskState.FAILED, why.sentence[:80], why=Unsent.REFUSED)
    return why is not None


async def resolve(send_task_id: int) -> None:
    """Look in the platform's list for the task of an unanswered call.

    Raises:
        PlatformError: the platform cannot be asked now.
    """
    send_task = await rows.found(send_task_id)
    if send_task is None or send_task.state not in (SendTaskState.CREATING, SendTaskState.UNKNOWN):
        return
    asked_at, leased_at, leased_for = send_task.asked_at, send_task.leased_at, send_task.leased_for
    assert asked_at is not None
    assert leased_at is not None
    assert leased_for is not None
    channel = channel_of(send_task.channel)
    is_old = leased_for >= timedelta(seconds=channel.lease_seconds)
    if is_old and not await channel.was_asked(send_task.token):
        await _release(send_task_id, leased_at)
        return
    if send_task.state is SendTaskState.CREATING and not is_old:
        return
    for message_id in await channel.find(send_task.token, asked_at):
        if not await lost_calls.is_lost(send_task_id, message_id):
            await _made(send_task_id, leased_at, MadeTask(message_id))
            return
    if is_old and clock.now() - asked_at >= channel.looked_for:
        if channel.is_final:
            await _end(send_task_id, leased_at, SendTaskState.FAILED, "平台没有答复，不再发", why=Unsent.NOT_KNOWN)
        else:
            await _release(send_task_id, leased_at, was_asked=True)


async def _lease(send_task_id: int) -> Lease | None:
    async with database.transaction():
        send_task = await rows.locked(send_task_id)
        if send_task.state is not SendTaskState.PENDING or send_task.broadcast_state is not BroadcastState.RUNNING:
            return None
        if not may_send_at(clock.now(), await contact_rules()):
            return None
        if send_task.not_before is not None and send_task.not_before > clock.now():
            return None
        # One dispatch at a time, so that two broadcasts cannot both find the same person below the weekly limit.
        await database.advisory_lock("campaigns:contacts")
        if await heirs.are_awaited(send_task):
            return None
        await heirs.pass_on(send_task)
        await asking.exclude_now(send_task)
        if not await putting_off.part(send_task):
            return None
        chosen = await database.fetch(
            "UPDATE broadcast_recipient r SET contacted_on = $4 "
            f"WHERE {OF_TASK} AND state = {literals(RecipientState.QUEUED)} RETURNING address",
            *key_of(send_task),
            clock.today(),
        )
        leased_at = await database.fetch_value(
            "UPDATE send_task SET state = $2, leased_at = clock_timestamp(), asked_at = $3 "
            "WHERE id = $1 RETURNING leased_at",
            send_task_id,
            SendTaskState.CREATING if chosen else SendTaskState.EMPTY,
            clock.now(),
        )
        return Lease(send_task, leased_at, [row["address"] for row in chosen]) if chosen else None


async def _made(send_task_id: int, leased_at: datetime, made: MadeTask) -> None:
    async with database.transaction():
        send_task = await rows.locked(send_task_id)
        if not _is_mine(send_task, leased_at) or await lost_calls.is_lost(send_task_id, made.message_id):
            await lost_calls.keep(send_task, made.message_id)
            return
        await database.execute(
            "UPDATE broadcast_recipient r SET state = CASE WHEN address = ANY($4::text[]) "
            f"    THEN {literals(RecipientState.FAILED)} ELSE {literals(RecipientState.TASKED)} END, "
            "  reason = CASE WHEN address = ANY($4::text[]) "
            f"    THEN {literals(Unsent.FAIL_LIST)} ELSE reason END, "
            "  contacted_on = CASE WHEN address = ANY($4::text[]) THEN NULL ELSE contacted_on END "
            f"WHERE {OF_TASK} AND state = {literals(RecipientState.QUEUED)}",
            *key_of(send_task),
            list(made.failed),
        )
        await database.execute(
            f"UPDATE send_task SET state = {literals(SendTaskState.CREATED)}, message_id = $2, tasked_at = $3 "
            "  WHERE id = $1",
            send_task_id,
            made.message_id,
            clock.now(),
        )
        if send_task.broadcast_state in rules.OVER:
            await UNFINISHED.hint([send_task_id])
            return
        if isinstance(channel_of(send_task.channel), MemberChannel):
            await notices.ask_to_send(send_task)
        must_change = await substitutes.are_asked(send_task_id) or await asking.must_leave_out(send_task)
        if must_change or send_task.stopped_at is not None:
            await UNFINISHED.hint([send_task_id])


async def _refused(lease: Lease, error: PlatformError) -> None:
    send_task_id, channel = lease.send_task.id, channel_of(lease.send_task.channel)
    reason = f"{channel.platform}没有接受（{error.errcode}）"
    if error.is_retryable:
        await _release(send_task_id, lease.leased_at)
        raise error
    logger.warning("mass_message_refused", send_task_id=send_task_id, errcode=error.errcode)
    await _end(
        send_task_id,
        lease.leased_at,
        SendTaskState.EMPTY if error.kind == ErrorKind.NOTHING_TO_DO else SendTaskState.FAILED,
        reason,
    )


async def _set_unknown(lease: Lease) -> None:
    await database.execute(
        f"UPDATE send_task SET state = {literals(SendTaskState.UNKNOWN)} WHERE id = $1 "
        f"  AND state = {literals(SendTaskState.CREATING)} AND leased_at = $2",
        lease.send_task.id,
        lease.leased_at,
    )


async def _release(send_task_id: int, leased_at: datetime, *, was_asked: bool = False) -> None:
    """Set the send task to pending again, or drop it if its broadcast has ended; as far as is known, no task was made.

    `was_asked` says that a call without an answer is given up; `lost_calls` watches it from now on.
    """
    async with database.transaction():
        send_task = await rows.locked(send_task_id)
        if not _is_mine(send_task, leased_at):
            return
        is_over = send_task.broadcast_state in rules.OVER
        await database.execute(
            f"UPDATE broadcast_recipient r SET contacted_on = NULL, state = $4 WHERE {OF_TASK} "
            f"  AND state = {literals(RecipientState.QUEUED)}",
            *key_of(send_task),
            RecipientState.DROPPED if is_over else RecipientState.QUEUED,
        )
        await database.execute(
            "UPDATE send_task SET state = $2 WHERE id = $1",
            send_task_id,
            SendTaskState.CANCELLED if is_over else SendTaskState.PENDING,
        )
        if was_asked:
            await lost_calls.watch(send_task)


async def _end(
    send_task_id: int, leased_at: datetime, state: SendTaskState, reason: str, *, why: Unsent = Unsent.REFUSED
) -> None:
    """End a send task for which the platform will never make a task, or never say that it has."""
    async with database.transaction():
        send_task = await rows.locked(send_task_id)
        if _is_mine(send_task, leased_at):
            await _end_locked(send_task, state, reason, why=why)


async def _end_locked(send_task: TaskInHand, state: SendTaskState, reason: str, *, why: Unsent) -> None:
    await database.execute(
        f"UPDATE broadcast_recipient r SET reason = $4::text, state = {literals(RecipientState.FAILED)}, "
        f"  contacted_on = CASE WHEN $4::text = {literals(Unsent.NOT_KNOWN)} THEN contacted_on END "
        f"WHERE {OF_TASK} AND state = {literals(RecipientState.QUEUED)}",
        *key_of(send_task),
        why,
    )
    await database.execute("UPDATE send_task SET state = $2, reason = $3 WHERE id = $1", send_task.id, state, reason)


def _is_mine(send_task: TaskInHand, leased_at: datetime) -> bool:
    return send_task.state in (SendTaskState.CREATING, SendTaskState.UNKNOWN) and send_task.leased_at == leased_at
