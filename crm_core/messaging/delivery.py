"""Bringing a message out, once: claim the row, call the platform outside any transaction, write down what it said.

    PENDING ─claim→ SENDING ─answer→ SENT | FAILED | SKIPPED (no way was open)
            │           └─no answer→ UNKNOWN (subscribe), or PENDING again where repeating is harmless
            └─no longer true→ STALE, with the owner's accept left for the next

A worker killed between the call and the answer leaves SENDING behind; whoever finds it when the claim is over treats it
as a call without an answer. If the worker lives after all, its answer still counts when it says SENT, and only then: on
everything else the newest claim decides. An allowance is taken with the claim and given back only when it certainly was
not used. A welcome whose answer nobody heard and whose 20 seconds are over stays UNKNOWN: they may have been greeted.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import orjson

from crm_core.messaging import allowances, channels
from crm_core.messaging.conditions import holds
from crm_core.messaging.events import MessageNotDelivered, MessageSent
from crm_core.messaging.models import Channel, MessageState
from crm_core.messaging.service import enqueue_delivery, title_of
from crm_core.wording.about import About
from crm_core.wording.catalogue import ChannelFile, catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.subscribe_keys import subscribe_templates
from foundation import clock, database
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError, Refused
from foundation.events import record
from foundation.logging import logger

CLAIM_SECONDS: Final = 60
"""Longer than any delivery lives: 8 s for a call, at most four of them with their waits, and an upload before."""
WELCOME_CLAIM_SECONDS: Final = 4
"""A welcome lives 20 s and its code works once, so overtaking a slow worker is harmless and waiting for it is not."""
UNKNOWN_GRACE: Final = timedelta(minutes=30)
"""The platform's own report of a subscribe message comes within seconds; after this nobody will tell any more."""
LATE_ACCEPT: Final = timedelta(minutes=5)
"""The tap in the pop-up and the verb it belongs to come by two ways, and an owner may think before he taps."""
LATE_ACCEPT_LOOKS_AT: Final = 20
"""More of one kind are not skipped within that time."""
NO_ALLOWANCE_CODE: Final = 43101
WELCOME_USED_CODES: Final = frozenset({41050, 41051})
NO_ALLOWANCE: Final = "没有可用的订阅次数"
TOO_LATE: Final = "过了时效"
NO_LONGER_TRUE: Final = "情况已经变了，不用再发"

Row = dict[str, Any]


class StillInHand(PlatformError):
    """Another worker has it right now; look again later."""

    def __init__(self) -> None:
        super().__init__("messaging", "in_hand", "another worker delivers this message", kind=ErrorKind.BUSY)


@dataclass(frozen=True)
class Claim:
    """A message this worker alone may send now."""

    message: channels.Outgoing
    attempt: int
    """How many claims there were with this one: a refusal heard by an older one decides nothing."""
    was_unanswered: bool
    """An earlier call of this message may have arrived."""


async def deliver(message_id: int) -> None:
    """Send the message unless it was sent, skipped or came to nothing; safe to call any number of times.

    Raises:
        PlatformError: worth another try later (busy, or no answer on a way that may be repeated).
    """
    claim = await _claim(message_id)
    if claim is None:
        return
    try:
        receipt = await channels.send(claim.message)
    except OutcomeUnknown:
        await _unanswered(claim)
        if claim.message.channel in channels.REPEAT_WITHIN:
            raise
    except PlatformError as error:
        await _refused(claim, error)
    except (MessageProblem, Refused) as problem:
        logger.exception("message_not_sendable", message_id=message_id)
        await _fail(claim, str(problem)[:80], "")
    else:
        await _sent(claim.message, receipt)


async def _claim(message_id: int) -> Claim | None:
    async with database.transaction():
        row = await database.fetch_one(
            "SELECT m.*, coalesce(s.userid, '') AS userid, "
            "  coalesce(clock_timestamp() - m.claimed_at, '0'::interval) AS claim_age "
            "FROM message m LEFT JOIN staff s ON s.id = m.staff_id WHERE m.id = $1 FOR UPDATE OF m",
            message_id,
        )
        if row is None or row["state"] not in (MessageState.PENDING, MessageState.SENDING):
            return None
        is_left_behind = row["state"] == MessageState.SENDING
        # Claims live on the real clock: business time may jump while a call is under way.
        if is_left_behind and row["claim_age"] < timedelta(seconds=_claim_seconds(row)):
            raise StillInHand
        was_unanswered = is_left_behind or row["errcode"] == "unknown"
        is_late = row["send_before"] is not None and row["send_before"] < clock.now()
        is_stale = not await holds(row)
        if was_unanswered and (is_late or is_stale or not _may_repeat(row)):
            await _give_up_asking(row, is_left_behind)
            return None
        if is_stale:
            await _end_silently(row, MessageState.STALE, NO_LONGER_TRUE)
            return None
        if is_late:
            await _end_silently(row, MessageState.SKIPPED, TOO_LATE)
            return None
        return await _take_up(row, was_unanswered)


def _claim_seconds(row: Row) -> int:
    return WELCOME_CLAIM_SECONDS if row["channel"] == Channel.WELCOME else CLAIM_SECONDS


def _may_repeat(row: Row) -> bool:
    limit = channels.REPEAT_WITHIN.get(Channel(row["channel"]))
    return limit is not None and row["claim_age"] <= limit


async def _give_up_asking(row: Row, is_left_behind: bool) -> None:
    """The outcome of an earlier call is not known and the call must not be made again."""
    if row["channel"] == Channel.WELCOME or (row["channel"] == Channel.SUBSCRIBE and is_left_behind):
        await database.execute(
            "UPDATE message SET state = 'UNKNOWN', errcode = 'unknown', reason = '还不知道结果' WHERE id = $1",
            row["id"],
        )
        return
    await _end(row, MessageState.FAILED, "没有收到平台回答", "unknown")


async def _take_up(row: Row, was_unanswered: bool) -> Claim | None:
    channel, address = await _way(row)
    if channel is Channel.NONE:
        await _end(row, MessageState.SKIPPED, NO_ALLOWANCE, "")
        return None
    attempt = await database.fetch_value(
        "UPDATE message SET state = 'SENDING', channel = $2, address = $3, attempts = attempts + 1, errcode = '', "
        "  claimed_at = clock_timestamp() WHERE id = $1 RETURNING attempts",
        row["id"],
        channel.value,
        address,
    )
    return Claim(_outgoing(row, channel, address), attempt, was_unanswered)


async def _way(row: Row) -> tuple[Channel, str]:
    """The way out and the address on it; for a subscribe message one allowance is taken."""
    files = catalogue().message(row["template"]).channels
    if row["staff_id"] is not None:
        return (Channel.CARD if ChannelFile.CARD in files else Channel.TEXT), ""
    if ChannelFile.WELCOME in files:
        return Channel.WELCOME, row["address"]
    taken = await allowances.take(row["customer_id"], row["template"]) if ChannelFile.SUBSCRIBE in files else None
    return (Channel.NONE, "") if taken is None else (Channel.SUBSCRIBE, taken.openid)


def _outgoing(row: Row, channel: Channel, address: str) -> channels.Outgoing:
    about = About.parse(row["about"])
    return channels.Outgoing(
        id=row["id"],
        template=row["template"],
        variant=row["variant"],
        facts=orjson.loads(row["facts"]),
        about=About(about.object_type, about.object_id, row["about_version"]),
        channel=channel,
        address=address,
        userid=row["userid"],
    )


async def _sent(message: channels.Outgoing, receipt: channels.Receipt) -> None:
    async with database.transaction():
        row = await database.fetch_one(
            "UPDATE message SET state = 'SENT', sent_at = $2, platform_id = $3, response_code = $4, reason = '', "
            "  errcode = '' WHERE id = $1 AND state IN ('SENDING', 'PENDING', 'UNKNOWN') RETURNING *",
            message.id,
            clock.now(),
            receipt.platform_id,
            receipt.response_code,
        )
        if row is not None and row["customer_id"] is not None:
            await record(MessageSent(**_facts(row), channel=row["channel"]))


async def _refused(claim: Claim, error: PlatformError) -> None:
    """The platform, or our own limiter, said no."""
    message, code = claim.message, str(error.errcode)
    if error.is_retryable:
        await _put_back(claim, code)
        raise error
    if message.channel is Channel.WELCOME and claim.was_unanswered and error.errcode in WELCOME_USED_CODES:
        # Ours was the call that used the code: its answer got lost.
        await _sent(message, channels.Receipt())
    elif error.errcode == NO_ALLOWANCE_CODE:
        await allowances.correct(message.address, message.template)
        await _fail(claim, NO_ALLOWANCE, code, state=MessageState.SKIPPED)
    else:
        await _fail(claim, f"平台没有接受（{code}）", code)


async def _put_back(claim: Claim, errcode: str) -> None:
    message = claim.message
    async with database.transaction():
        returned = await database.fetch_value(
            "UPDATE message SET state = 'PENDING', errcode = $2, "
            "  address = CASE WHEN channel = 'SUBSCRIBE' THEN '' ELSE address END "
            "WHERE id = $1 AND state = 'SENDING' AND attempts = $3 RETURNING id",
            message.id,
            errcode,
            claim.attempt,
        )
        if returned is not None and message.channel is Channel.SUBSCRIBE:
            await allowances.give_back(message.address, message.template)


async def _unanswered(claim: Claim) -> None:
    repeatable = claim.message.channel in channels.REPEAT_WITHIN
    await database.execute(
        "UPDATE message SET state = $2, errcode = 'unknown', reason = '还不知道结果' "
        "WHERE id = $1 AND state = 'SENDING' AND attempts = $3",
        claim.message.id,
        "PENDING" if repeatable else "UNKNOWN",
        claim.attempt,
    )


async def _fail(claim: Claim, reason: str, errcode: str, *, state: MessageState = MessageState.FAILED) -> None:
    async with database.transaction():
        row = await database.fetch_one(
            "SELECT * FROM message WHERE id = $1 AND state = 'SENDING' AND attempts = $2 FOR UPDATE",
            claim.message.id,
            claim.attempt,
        )
        if row is not None:
            await _end(row, state, reason, errcode)


async def _end(row: Row, state: MessageState, reason: str, errcode: str) -> None:
    """It will not go out; somebody may want to tell the reader in person."""
    channel = Channel.NONE if state is MessageState.SKIPPED else Channel(row["channel"])
    await database.execute(
        "UPDATE message SET state = $2, reason = $3, errcode = $4, channel = $5 WHERE id = $1",
        row["id"],
        state.value,
        reason,
        errcode,
        channel.value,
    )
    await record(MessageNotDelivered(**_facts(row), reason=reason, staff_id=row["staff_id"]))


async def _end_silently(row: Row, state: MessageState, reason: str) -> None:
    """It is worthless by now, also for somebody who would tell it in person."""
    await database.execute("UPDATE message SET state = $2, reason = $3 WHERE id = $1", row["id"], state.value, reason)


def _facts(row: Row) -> dict[str, Any]:
    return {
        "actor": "system:messaging",
        "customer_id": row["customer_id"],
        "message_id": row["id"],
        "template": row["template"],
        "about": row["about"],
        "title": title_of(catalogue().message(row["template"])),
    }


async def take_up_again(openid: str, template: str) -> None:
    """An accept has arrived after the message it was given for was skipped: the newest that is still true goes out now.

    Where none is, the accept stays for the next.
    """
    async with database.transaction():
        skipped = await database.fetch(
            "SELECT m.* FROM message m JOIN identity i ON i.customer_id = m.customer_id AND i.kind = 'OPENID' "
            "WHERE i.value = $1 AND m.template = $2 AND m.state = 'SKIPPED' AND m.reason = $3 AND m.errcode = '' "
            "  AND m.created_at >= $4 ORDER BY m.id DESC LIMIT $5 FOR UPDATE OF m",
            openid,
            template,
            NO_ALLOWANCE,
            clock.now() - LATE_ACCEPT,
            LATE_ACCEPT_LOOKS_AT,
        )
        for row in skipped:
            if not await holds(row):
                await _end_silently(row, MessageState.STALE, NO_LONGER_TRUE)
                continue
            await database.execute("UPDATE message SET state = 'PENDING', reason = '' WHERE id = $1", row["id"])
            await enqueue_delivery(row["id"])
            return


async def note_report(*, openid: str, template_id: str, platform_id: str, error_code: int) -> None:
    """The platform's push tells how a subscribe message ended (subscribe_msg_sent_event); 0 is delivered."""
    message_id = next((k for k, t in subscribe_templates().templates.items() if t.template_id == template_id), None)
    if message_id is None:
        return
    template = catalogue().message(message_id).name
    async with database.transaction():
        row = await database.fetch_one(
            "SELECT * FROM message WHERE channel = 'SUBSCRIBE' AND template = $1 AND (platform_id = $2 "
            "  OR (platform_id = '' AND state IN ('SENDING', 'UNKNOWN') AND address = $3)) "
            "ORDER BY platform_id DESC, id LIMIT 1 "
            "FOR UPDATE",
            template,
            platform_id,
            openid,
        )
        if row is None:
            return
        if error_code:
            if row["state"] != MessageState.FAILED:
                await _end(row, MessageState.FAILED, f"微信没有送达（{error_code}）", str(error_code))
        elif row["state"] in (MessageState.UNKNOWN, MessageState.SENDING):
            # The report may overtake the call's own answer, or our finding out that there is none.
            await database.execute(
                "UPDATE message SET state = 'SENT', sent_at = $2, platform_id = $3, reason = '', errcode = '' "
                "WHERE id = $1",
                row["id"],
                clock.now(),
                platform_id,
            )
            await record(MessageSent(**_facts(row), channel=Channel.SUBSCRIBE.value))


async def sweep() -> None:
    """Outcomes nobody will report now; what is not delivered yet is found as owed (`service.UNDELIVERED`)."""
    async with database.transaction():
        unknown = await database.fetch(
            "SELECT * FROM message WHERE state = 'UNKNOWN' AND channel <> 'WELCOME' "
            "AND claimed_at < clock_timestamp() - $1::interval "
            "ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED",
            UNKNOWN_GRACE,
        )
        for row in unknown:
            await _end(row, MessageState.FAILED, "没有收到平台回答", "unknown")
