"""Stores the result of a delivery, and moves the message on to the next way of its chain where one is left.

reached   SENT
closed or refused, and certainly not arrived   the next channel (PENDING again), else SKIPPED or FAILED
no answer   PENDING for the same way where repeating is harmless, else UNKNOWN, but never the next way
at the end  the chain's stand-ins are asked; an UNKNOWN message has not come to its end

Functions that take a row expect it to be locked in the running transaction. Functions that take a lease change
nothing when a newer lease exists.
"""

from dataclasses import dataclass
from typing import Final

from crm_core.messaging.chains import chain_of
from crm_core.messaging.events import MessageFacts, MessageNotDelivered, MessageSent
from crm_core.messaging.models import MessageState, WayEnd
from crm_core.messaging.rows import InHand, Leasable, columns_of
from crm_core.messaging.service import enqueue_delivery, title_of
from crm_core.messaging.ways import NO_CHANNEL, Channel, Closed, NotTaken, Outgoing, ReasonCode, Receipt, Unreached
from crm_core.wording.about import About
from crm_core.wording.catalogue import catalogue
from foundation import clock, database
from foundation.events import record
from foundation.reading import Query, literals

NO_ANSWER: Final = "没有收到平台回答"
NOT_KNOWN_YET: Final = "还不知道结果"
NO_LONGER_TRUE: Final = "情况已经变了，不用再发"
UNKNOWN: Final = "unknown"
"""The value of `errcode` when the last call got no answer."""


S = MessageState
_REACHED: Final = Query(
    InHand,
    f"UPDATE message SET state = {literals(S.SENT)}, sent_at = $2, platform_id = $3, "
    "  response_code = $4, reason = '', reason_code = '', errcode = '' "
    f"WHERE id = $1 AND way = $5 AND state IN ({literals(S.SENDING, S.PENDING, S.UNKNOWN)}) "
    f"RETURNING {columns_of(InHand, 'message')}",
)
_OF_LEASE: Final = Query(
    InHand,
    f"SELECT {columns_of(InHand, 'm')} FROM message m "
    f"WHERE m.id = $1 AND m.state = {literals(S.SENDING)} AND m.attempts = $2 FOR UPDATE",
)


@dataclass(frozen=True)
class Lease:
    """The right of one worker to send a message now."""

    message: Outgoing
    channel: Channel
    way: int
    attempt: int
    """The number of this lease of the row, counted from 1; a refusal of an older lease is ignored."""
    may_have_arrived: bool
    """An earlier call by this way got no answer."""
    given_address: str
    """The row's address before the channel was asked."""


def outgoing(row: Leasable, address: str) -> Outgoing:
    """The message of a row as its channel sends it."""
    about = About.parse(row.about)
    return Outgoing(
        id=row.id,
        template=row.template,
        variant=row.variant,
        facts=row.facts,
        about=About(about.object_type, about.object_id, row.about_version),
        address=address,
        userid=row.userid,
        customer_id=row.customer_id,
    )


async def reached(message_id: int, way: int, receipt: Receipt) -> None:
    """The platform accepted the message. This also counts for a worker whose lease has expired, while the message is
    still on that way.
    """
    async with database.transaction():
        row = await _REACHED.first(
            message_id,
            clock.now(),
            receipt.platform_id,
            receipt.response_code,
            way,
        )
        if row is not None and row.customer_id is not None:
            await record(MessageSent(**_facts(row), channel=row.channel))


async def put_back(lease: Lease, errcode: str) -> None:
    """The platform is busy: the message waits again, and what the channel had taken for it is given back."""
    async with database.transaction():
        returned = await database.fetch_value(
            f"UPDATE message SET state = {literals(S.PENDING)}, errcode = $2, address = $4 "
            f"WHERE id = $1 AND state = {literals(S.SENDING)} AND attempts = $3 RETURNING id",
            lease.message.id,
            errcode,
            lease.attempt,
            lease.given_address,
        )
        if returned is not None:
            await lease.channel.give_back(lease.message)


async def unanswered(lease: Lease) -> None:
    """No answer came, so the message may have arrived. It waits for a repetition where that is harmless, else
    UNKNOWN.
    """
    may_repeat = lease.channel.unanswered.repeat_within is not None
    await database.execute(
        "UPDATE message SET state = $2, unanswered = true, errcode = $4, reason = $5 "
        f"WHERE id = $1 AND state = {literals(S.SENDING)} AND attempts = $3",
        lease.message.id,
        MessageState.PENDING if may_repeat else MessageState.UNKNOWN,
        lease.attempt,
        UNKNOWN,
        NOT_KNOWN_YET,
    )


async def refused(lease: Lease, why: Closed | NotTaken, errcode: str) -> None:
    """The platform refused this call. The message moves to its next way, unless an earlier call got no answer: then it
    may have arrived all the same, and it ends here.
    """
    async with database.transaction():
        row = await _OF_LEASE.first(lease.message.id, lease.attempt)
        if row is None:
            return
        if not lease.may_have_arrived and await went_on(row, WayEnd.NOT_TAKEN, why.reason, errcode):
            return
        if isinstance(why, Closed):
            await end(row, MessageState.SKIPPED, why.reason, errcode, code=why.code)
        else:
            await end(row, MessageState.FAILED, why.reason, errcode)


async def went_on(row: InHand, ended_as: WayEnd, reason: str, errcode: str) -> bool:
    """The current way certainly reached nobody: enqueue delivery by the next one. False when there is none."""
    if chain_of(row.template, row.variant).step(row.way + 1) is None:
        return False
    await leave(row, row.way, ended_as, reason, errcode)
    await database.execute(
        f"UPDATE message SET state = {literals(S.PENDING)}, way = way + 1, channel = $2, "
        "  address = '', unanswered = false, "
        "  reason = '', reason_code = '', errcode = '', platform_id = '', sent_at = NULL, next_try_at = NULL "
        "WHERE id = $1",
        row.id,
        NO_CHANNEL,
    )
    await enqueue_delivery(row.id)
    return True


async def leave(row: InHand, number: int, ended_as: WayEnd, reason: str, errcode: str = "") -> None:
    """Store that this way certainly reached nobody."""
    step = chain_of(row.template, row.variant).step(number)
    assert step is not None
    await database.execute(
        "INSERT INTO message_way (message_id, number, channel, ended_as, reason, errcode, platform_id, ended_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.id,
        number,
        step.channel.name,
        ended_as,
        reason,
        errcode,
        row.platform_id,
        clock.now(),
    )


async def end(
    row: InHand, state: MessageState, reason: str, errcode: str, *, code: ReasonCode = ReasonCode.NONE
) -> None:
    """End a message for which no way is left: record the event and ask the chain's stand-ins to tell the receiver."""
    await database.execute(
        "UPDATE message SET state = $2, reason = $3, errcode = $4, channel = $5, way = $6, reason_code = $7 "
        "WHERE id = $1",
        row.id,
        state.value,
        reason,
        errcode,
        NO_CHANNEL if state is MessageState.SKIPPED else row.channel,
        row.way,
        code,
    )
    await record(MessageNotDelivered(**_facts(row), reason=reason, staff_id=row.staff_id))
    chain = chain_of(row.template, row.variant)
    for stand_in in chain.stand_ins:
        await stand_in.ask(Unreached(row.id, row.about, chain.opens_late))


async def end_silently(row: InHand, state: MessageState, reason: str) -> None:
    """End a message that nobody needs any more, without asking a stand-in."""
    await database.execute(
        "UPDATE message SET state = $2, reason = $3, reason_code = '' WHERE id = $1", row.id, state.value, reason
    )


async def give_up_asking(row: InHand, channel: Channel) -> None:
    """End the tries of a message whose earlier call got no answer and must not be repeated: UNKNOWN or FAILED."""
    if channel.unanswered.stays_unknown:
        await database.execute(
            f"UPDATE message SET state = {literals(S.UNKNOWN)}, unanswered = true, errcode = $2, "
            "  reason = $3 WHERE id = $1",
            row.id,
            UNKNOWN,
            NOT_KNOWN_YET,
        )
        return
    await end(row, MessageState.FAILED, NO_ANSWER, UNKNOWN)


def _facts(row: InHand) -> MessageFacts:
    return MessageFacts(
        actor="system:messaging",
        customer_id=row.customer_id,
        message_id=row.id,
        template=row.template,
        about=row.about,
        title=title_of(catalogue().message(row.template)),
    )
