"""What people answer to an SMS, and the numbers that get none."""

from typing import Final

from crm_core.customers.consents import stop_marketing
from crm_core.dealerships.actors import system
from crm_core.messaging.sms.rules import is_opt_out
from foundation import clock, database
from integrations.sms import Reply

BY_REPLY: Final = "reply"
_HOW: Final = "sms_reply"
"""Stands with the withdrawn consents and in the audit log."""


async def take_reply(reply: Reply) -> None:
    """Store an answer once. An opt-out stops marketing to everybody with that number, on every channel.

    Pushes are not signed, so an answer from a number that we have never written to changes nothing.
    """
    async with database.transaction():
        if not await database.fetch_value("SELECT EXISTS (SELECT FROM sms WHERE phone = $1)", reply.phone):
            return
        has_stopped = is_opt_out(reply.text)
        is_new = await database.fetch_value(
            "INSERT INTO sms_reply (phone, text, is_opt_out, replied_at, taken_at) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT DO NOTHING RETURNING id",
            reply.phone,
            reply.text,
            has_stopped,
            reply.at,
            clock.now(),
        )
        if is_new is None or not has_stopped:
            return
        await block(reply.phone, BY_REPLY)
        owners = await database.fetch(
            "SELECT id FROM customer WHERE phone = $1 AND gone_reason = '' ORDER BY id", reply.phone
        )
        for owner in owners:
            await stop_marketing(system("sms_reply"), owner["id"], how=_HOW)


async def block(phone: str, why: str) -> None:
    """This number gets no SMS any more. Twice is fine."""
    await database.execute(
        "INSERT INTO sms_block (phone, why, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", phone, why, clock.now()
    )


async def is_blocked(phone: str) -> bool:
    """Whether this number gets no SMS."""
    return bool(await database.fetch_value("SELECT EXISTS (SELECT FROM sms_block WHERE phone = $1)", phone))
