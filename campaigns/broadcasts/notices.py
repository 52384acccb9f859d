"""What salespeople are told about their part of a broadcast, and the words their customers get."""

from typing import Any

import orjson

from crm_core.messaging.service import close_card, say
from foundation import clock

DEPARTMENT = "市场部"

Row = dict[str, Any]


def content_for(batch: Row) -> dict[str, Any]:
    """The facts of the message, in the name of the salesperson's store; the same for all his customers."""
    content: dict[str, Any] = orjson.loads(batch["content"])
    return content | {"store_short": batch["store_short"] or "门店"}


async def ask_to_send(batch: Row) -> None:
    """C-SEND: a task waits in 群发助手; nothing goes out before he confirms it there."""
    content = orjson.loads(batch["content"])
    await say(
        "send_task",
        {
            "campaign": batch["broadcast_name"],
            "friend_count": batch["customers"],
            "due_at": batch["ends_at"],
            "content": f"{content['coupon']} + 预约入口",
            "department": DEPARTMENT,
            "author": batch["author"],
        },
        staff_id=batch["staff_id"],
        about=f"send_task:{batch['id']}",
        dedupe_key=f"send_task:{batch['id']}",
        send_before=batch["ends_at"],
    )


async def close_task(batch_id: int, outcome: str, who: str) -> None:
    """The card is settled: `confirmed`, or `decline` when somebody else has to do it."""
    await close_card(f"send_task:{batch_id}", "send_task", outcome, {"who": who, "at": clock.now()})
