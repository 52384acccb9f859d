"""Messages that went to nobody: no channel was open, or what they said was over before they left, and nobody phoned."""

from collections.abc import Sequence
from typing import Final

from crm_core.messaging.models import MessageState
from foundation import database
from foundation.reading import literals

UNSENT: Final = (
    f"({{of}}.state IN ({literals(MessageState.SKIPPED, MessageState.STALE)}) "
    "AND NOT EXISTS (SELECT FROM phone_call p WHERE p.message_id = {of}.id))"
)
"""SQL: whether nobody got the message whose alias is put in for `of`, and nobody phoned instead."""


async def lock_to(customer_ids: Sequence[int]) -> None:
    """Nobody phones about a message to these customers until the transaction ends."""
    await database.execute(
        "SELECT FROM message m WHERE m.customer_id = ANY($1) ORDER BY m.id FOR UPDATE", list(customer_ids)
    )


async def forget_to(customer_ids: Sequence[int]) -> None:
    """Delete what these customers never got; their own rows are deleted next."""
    theirs = f"m.customer_id = ANY($1) AND {UNSENT.format(of='m')}"
    await database.execute(
        f"DELETE FROM message_way w USING message m WHERE w.message_id = m.id AND {theirs}", list(customer_ids)
    )
    await database.execute(
        f"DELETE FROM sms s USING message m WHERE s.message_id = m.id AND {theirs}", list(customer_ids)
    )
    await database.execute(f"DELETE FROM message m WHERE {theirs}", list(customer_ids))
