"""How verbs send messages: they write a row and call no platform; a job delivers the row after the commit."""

from datetime import datetime
from typing import Final

import orjson

from crm_core.dealerships.staff import receiver_for
from crm_core.messaging import conditions
from crm_core.messaging.conditions import UNSAID
from crm_core.messaging.models import MessageState
from crm_core.messaging.rows import MESSAGE
from crm_core.wording.about import About
from crm_core.wording.catalogue import ChannelFile, MessageTemplate, catalogue
from crm_core.wording.facts import Facts, MessageProblem, UntellableFact
from foundation import clock, database, jobs
from foundation.logging import logger
from foundation.owed import Debt
from foundation.reading import literals

DELIVER = "messaging.deliver"
UPDATE_CARD = "messaging.update_card"
_PENDING: Final = literals(MessageState.PENDING)
_SKIPPED: Final = literals(MessageState.SKIPPED)
UNDELIVERED = Debt(
    "message",
    open_when=f"state IN ({literals(MessageState.PENDING, MessageState.SENDING)})",
    since="created_at",
    job=DELIVER,
    argument="message_id",
)

NOT_UPDATED = Debt(
    "message",
    open_when=(
        "card_after IS NOT NULL AND card_updated_at IS NULL "
        f"AND state IN ({literals(MessageState.SENDING, MessageState.SENT)})"
    ),
    since="(card_after->>'at')::timestamptz",
    job=UPDATE_CARD,
    argument="message_id",
)


async def say(
    template: str,
    facts: Facts,
    *,
    about: str,
    dedupe_key: str,
    customer_id: int | None = None,
    staff_id: int | None = None,
    variant: str = "",
    version: int = 0,
    send_before: datetime | None = None,
    address: str = "",
    is_urgent: bool = False,
    not_before: datetime | None = None,
) -> int | None:
    """Write a message into the outbox, in the running transaction. Returns its id, or None when nothing was written
    because it was said before or cannot be said.

    `template` is a folder of templates/messages (or the message's id), `facts` are the raw values it needs (stored
    masked), `about` is the object its links lead to (`appointment:12`), at `version`. With the same `dedupe_key` only
    one message is ever written. It is not sent before `not_before` or after `send_before`. `address` is a welcome's
    code. A message to a member of staff who has left goes to the manager of their people instead; None if there is
    none.

    Bad data in a record never makes the verb fail: a value that cannot be shown is replaced by a word such as 「无」,
    and a message for which no such word would be true is logged and not written.

    Raises:
        MessageProblem: our own code is wrong: facts of another message or of a wrong type, or marketing, which only
            campaigns may send.
        ValueError: not exactly one of `customer_id` and `staff_id`.
    """
    if (customer_id is None) == (staff_id is None):
        raise ValueError("one receiver: a customer or a staff member")
    message = catalogue().message(template)
    if message.meta.kind == "marketing":
        raise MessageProblem(f"{message.id} is marketing: subscribe notices and cards may not carry it")
    if message.meta.holds == UNSAID or not message.meta.ways:
        raise MessageProblem(f"{message.id} says nothing about when it is still true, or by which way it goes")
    about_object = About.parse(about)
    if message.meta.about not in (None, about_object.object_type):
        raise MessageProblem(f"{message.id} must be about a {message.meta.about}")
    try:
        kept = message.keep(facts, variant)
    except UntellableFact as problem:
        logger.error("message_not_written", template=message.id, about=about, problem=str(problem))
        return None
    async with database.transaction():
        if staff_id is not None and (staff_id := await receiver_for(staff_id)) is None:
            logger.warning("message_without_receiver", template=message.name)
            return None
        message_id = await database.fetch_value(
            "INSERT INTO message (template, variant, customer_id, staff_id, facts, about, about_version, address, "
            "  dedupe_key, state, channel, reason, created_at, send_before, next_try_at, attempts, platform_id, "
            "  response_code, errcode) "
            f"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, {_PENDING}, 'NONE', '', $10, $11, $12, 0, '', '', '') "
            "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
            message.name,
            variant,
            customer_id,
            staff_id,
            orjson.dumps(kept).decode(),
            f"{about_object.object_type}:{about_object.object_id}",
            version or about_object.version,
            address,
            dedupe_key,
            clock.now(),
            send_before,
            not_before,
        )
        if message_id is None:
            return None
        if not_before is None:
            await enqueue_delivery(message_id, is_urgent=is_urgent)
        return int(message_id)


async def enqueue_delivery(message_id: int, *, is_urgent: bool = False) -> None:
    """Enqueue the delivery of a message, unless one is already waiting."""
    priority = jobs.URGENT if is_urgent else None
    await jobs.enqueue(DELIVER, {"message_id": message_id}, dedupe_key=str(message_id), priority=priority)


async def close_card(about: str, template: str, outcome: str, who: str) -> None:
    """The question of these cards is settled: cards already sent are updated after the commit, waiting ones not sent.

    `outcome` is a button's action, or another outcome that the card's `after` names; `who` settled it, by name.
    """
    message = catalogue().message(template)
    async with database.transaction():
        cards = await database.fetch(
            f"UPDATE message SET state = CASE WHEN state = {_PENDING} THEN {_SKIPPED} ELSE state END, "
            f"  reason = CASE WHEN state = {_PENDING} THEN '已处理，不用再发' ELSE reason END, card_after = $3 "
            "WHERE about = $1 AND template = $2 AND staff_id IS NOT NULL AND card_updated_at IS NULL "
            f"  AND state IN ({literals(MessageState.PENDING, MessageState.SENDING, MessageState.SENT)}) "
            f"  RETURNING id, state",
            about,
            message.name,
            orjson.dumps({"outcome": outcome, "who": who, "at": clock.now().isoformat()}).decode(),
        )
        await NOT_UPDATED.hint([card["id"] for card in cards if card["state"] != MessageState.SKIPPED])


async def say_again(message_id: int) -> int | None:
    """Send a card again, at most once a day, because a card older than 72 hours can neither be pressed nor updated.

    Returns the new message's id, or None when the card's question has been settled meanwhile.
    """
    async with database.transaction():
        row = await MESSAGE.first(message_id)
        if row is None or not await conditions.holds(row):
            return None
        return await say(
            row.template,
            row.facts,
            about=row.about,
            version=row.about_version,
            dedupe_key=f"{row.dedupe_key.split('@')[0]}@{clock.today().isoformat()}",
            customer_id=row.customer_id,
            staff_id=row.staff_id,
            variant=row.variant,
        )


def title_of(message: MessageTemplate) -> str:
    """The title of a message for people: that of its notice, else the occasion on which it is sent."""
    spec = message.channels.get(ChannelFile.SUBSCRIBE)
    if ChannelFile.WELCOME in message.channels:
        return "欢迎语"
    return getattr(spec, "title", message.meta.when)
