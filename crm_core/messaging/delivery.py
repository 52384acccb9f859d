"""Delivers a message once: lease the row, call the platform outside any transaction, store its answer.

    PENDING ─lease→ SENDING ─answer→ SENT | the next way | FAILED | SKIPPED (no way was open)
            │           └─no answer→ UNKNOWN, or PENDING again where the channel says that repeating is harmless
            └─no longer true→ STALE, with the owner's accept left for the next

A worker that is killed between the call and its answer leaves the row in SENDING; the next worker that finds it after
the lease has expired treats it as a call without an answer. If the first worker is alive after all, its answer counts
only when it says SENT; everything else is decided by the newest lease. What a channel uses up for one message (an
owner's accept) is taken together with the lease and given back only when it certainly was not used. Which channel is
used is decided by the message's chain (`chains`); what differs between channels is in their modules (`channels`).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from crm_core.messaging import outcomes, own_hours
from crm_core.messaging.chains import Step, chain_of
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import MessageState, WayEnd
from crm_core.messaging.outcomes import Lease
from crm_core.messaging.rows import TO_LEASE, InHand, Leasable, columns_of
from crm_core.messaging.switches import SWITCHED_OFF, is_switched_off
from crm_core.messaging.ways import Addressee, Channel, Closed, Later, NotTaken, Open, ReasonCode, Receipt, channels
from crm_core.wording.facts import MessageProblem
from foundation import clock, database
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError, Refused
from foundation.logging import logger
from foundation.reading import Query, literals

TOO_LATE: Final = "过了时效"
NO_WAY: Final = "没有可用的渠道"


S = MessageState
_NEVER_TOLD: Final = Query(
    InHand,
    f"SELECT {columns_of(InHand, 'm')} FROM message m WHERE m.state = {literals(S.UNKNOWN)} AND m.channel = $1 "
    "AND m.leased_at < clock_timestamp() - $2::interval ORDER BY m.id LIMIT 1000 FOR UPDATE SKIP LOCKED",
)


class StillInHand(PlatformError):
    """Another worker is delivering this message right now; try again later."""

    def __init__(self) -> None:
        super().__init__("messaging", "in_hand", "another worker delivers this message", kind=ErrorKind.BUSY)


async def deliver(message_id: int) -> datetime | None:
    """Send the message unless it was already sent, skipped or given up. Safe to call any number of times.

    Returns when to call again if its channel, or the next one, opens only then; else None.

    Raises:
        PlatformError: try again later (the platform is busy, or gave no answer to a call that may be repeated).
    """
    lease = await _lease(message_id)
    if not isinstance(lease, Lease):
        return lease
    try:
        receipt = await lease.channel.send(lease.message)
    except OutcomeUnknown:
        await outcomes.unanswered(lease)
        if lease.channel.unanswered.repeat_within is not None:
            raise
    except PlatformError as error:
        await _refused(lease, error)
    except (MessageProblem, Refused) as problem:
        logger.exception("message_not_sendable", message_id=message_id)
        await outcomes.refused(lease, NotTaken(str(problem)[:80]), "")
    else:
        await outcomes.reached(message_id, lease.way, receipt)
    return None


async def _refused(lease: Lease, error: PlatformError) -> None:
    """The platform, or our own rate limit, refused the call."""
    code = str(error.errcode)
    if error.is_retryable:
        await outcomes.put_back(lease, code)
        raise error
    meant = await lease.channel.refused(lease.message, error, may_have_arrived=lease.may_have_arrived)
    if isinstance(meant, Receipt):
        await outcomes.reached(lease.message.id, lease.way, meant)
    else:
        await outcomes.refused(lease, meant, code)


async def _lease(message_id: int) -> Lease | datetime | None:
    async with database.transaction():
        row = await TO_LEASE.first(message_id)
        if row is None or row.state not in (MessageState.PENDING, MessageState.SENDING):
            return None
        step = chain_of(row.template, row.variant).step(row.way)
        if step is None:
            # The chain became shorter since the row was written.
            await outcomes.end(row, MessageState.SKIPPED, NO_WAY, "")
            return None
        is_left_behind = row.state == MessageState.SENDING
        # Leases use real time, because business time may jump while a call is under way.
        if is_left_behind and row.lease_age < timedelta(seconds=step.channel.lease_seconds):
            raise StillInHand
        may_have_arrived = is_left_behind or row.unanswered
        is_late = row.send_before is not None and row.send_before < clock.now()
        is_stale = not await holds(row)
        if may_have_arrived and (is_late or is_stale or not _may_repeat(row, step.channel)):
            await outcomes.give_up_asking(row, step.channel)
            return None
        if is_stale:
            await outcomes.end_silently(row, MessageState.STALE, outcomes.NO_LONGER_TRUE)
            return None
        if is_late:
            await outcomes.end_silently(row, MessageState.SKIPPED, TOO_LATE)
            return None
        if not may_have_arrived and await is_switched_off(row):
            await outcomes.end_silently(row, MessageState.SKIPPED, SWITCHED_OFF)
            return None
        waits_until = None if may_have_arrived else await own_hours.waits_until(row)
        if waits_until is None:
            return await _take_up(row, step, may_have_arrived)
        if row.send_before is not None and row.send_before < waits_until:
            await outcomes.end_silently(row, MessageState.SKIPPED, own_hours.TOO_LATE)
            return None
        return waits_until


def _may_repeat(row: Leasable, channel: Channel) -> bool:
    limit = channel.unanswered.repeat_within
    return limit is not None and row.lease_age <= limit


async def _take_up(row: Leasable, step: Step, may_have_arrived: bool) -> Lease | datetime | None:
    """Lease the row for the first open channel, starting at its current one. Returns a time when a channel may open
    later, and None when the message has come to an end.
    """
    number, address, chain = row.way, row.address, chain_of(row.template, row.variant)
    while True:
        opened = await step.channel.open(Addressee(row.id, row.template, row.customer_id, row.staff_id, address))
        if isinstance(opened, Open):
            return await _leased(row, step.channel, number, address, opened.address, may_have_arrived)
        if may_have_arrived:
            await outcomes.give_up_asking(row, step.channel)
            return None
        if isinstance(opened, Later):
            await _stay(row, number, address, None)
            return opened.at
        following = chain.step(number + 1)
        if following is None:
            ended = replace(row, way=number)
            await outcomes.end(ended, MessageState.SKIPPED, opened.reason, "", code=opened.code)
            return None
        look_again_at: datetime = row.created_at + following.after
        if look_again_at > clock.now():
            await _stay(row, number, address, opened)
            return look_again_at
        await outcomes.leave(row, number, WayEnd.CLOSED, opened.reason)
        step, number, address = following, number + 1, ""


async def _stay(row: Leasable, number: int, address: str, closed: Closed | None) -> None:
    await database.execute(
        f"UPDATE message SET way = $2, state = {literals(S.PENDING)}, address = $3, "
        "  reason = $4, reason_code = $5 WHERE id = $1",
        row.id,
        number,
        address,
        closed.reason if closed else "",
        closed.code if closed else ReasonCode.NONE,
    )


async def _leased(
    row: Leasable, channel: Channel, number: int, given_address: str, address: str, may_have_arrived: bool
) -> Lease:
    attempt = await database.fetch_value(
        f"UPDATE message SET state = {literals(S.SENDING)}, way = $2, channel = $3, address = $4, unanswered = $5, "
        "  attempts = attempts + 1, errcode = '', leased_at = clock_timestamp() WHERE id = $1 RETURNING attempts",
        row.id,
        number,
        channel.name,
        address,
        may_have_arrived,
    )
    message = outcomes.outgoing(row, address)
    return Lease(message, channel, number, attempt, may_have_arrived, given_address)


async def sweep() -> None:
    """Give up on messages whose report has not come in time. Undelivered ones are found by `service.UNDELIVERED`."""
    for channel in channels():
        if channel.unanswered.is_reported_within is not None:
            await _give_up_waiting(channel.name, channel.unanswered.is_reported_within)


async def _give_up_waiting(channel: str, grace: timedelta) -> None:
    async with database.transaction():
        for row in await _NEVER_TOLD.all(channel, grace):
            await outcomes.end(row, MessageState.FAILED, outcomes.NO_ANSWER, outcomes.UNKNOWN)
