"""What staff are told about a broadcast: salespeople their part, marketing what stopped it; and customers' words."""

from campaigns.broadcasts.models import Broadcast, SendTask
from campaigns.broadcasts.rows import TaskInHand
from crm_core.dealerships.staff import leaders_of, receiver_for
from crm_core.messaging.service import close_card, say
from crm_core.wording.facts import Facts
from foundation import clock
from foundation.refs import Ref

DEPARTMENT = "市场部"


def facts_of(content: Facts, store_short: str) -> Facts:
    """The facts of the message, in the name of the salesperson's store; the same for all their customers."""
    return {**content, "store_short": store_short or "门店"}


async def ask_to_send(send_task: TaskInHand) -> None:
    """C-SEND: a task waits in 群发助手; nothing goes out before they confirm it there."""
    await say(
        "send_task",
        {
            "campaign": send_task.broadcast_name,
            "friend_count": send_task.customers,
            "due_at": send_task.ends_at,
            "content": f"{send_task.content['coupon']} + 预约入口",
            "department": DEPARTMENT,
            "author": send_task.author,
        },
        staff_id=send_task.staff_id,
        about=Ref("send_task", send_task.id),
        dedupe_key=f"send_task:{send_task.id}",
        send_before=send_task.ends_at,
    )


async def close_task(send_task_id: int, outcome: str, who: str) -> None:
    """The card is settled: `confirmed`, `decline` by the salesperson, or ended by us, as the card's `after` names."""
    await close_card(Ref("send_task", send_task_id), "send_task", outcome, who)


async def tell_declined(send_task: SendTask, broadcast: Broadcast, who: str) -> None:
    """C-SEND-NO: nobody else sends it by itself, so who planned it and who leads the salesperson talk to them."""
    for staff_id in dict.fromkeys([*await leaders_of(send_task.staff_id), *await _present(broadcast.author_id)]):
        if staff_id != send_task.staff_id:
            await say(
                "send_task_declined",
                {
                    "campaign": broadcast.name,
                    "colleague": who,
                    "friend_count": send_task.customers,
                    "due_at": broadcast.ends_at,
                },
                staff_id=staff_id,
                about=Ref("send_task", send_task.id),
                dedupe_key=f"send_task:{send_task.id}:declined:{staff_id}",
                send_before=broadcast.ends_at,
            )


async def tell_halted(broadcast: Broadcast, variant: str, *, line: str, measured: str, next_step: str) -> None:
    """C-HALTED to who planned it and who agreed to it; once for each time it was halted."""
    people = [await _present(staff_id) for staff_id in (broadcast.author_id, broadcast.approved_by) if staff_id]
    for staff_id in dict.fromkeys(one for each in people for one in each):
        await say(
            "broadcast_halted",
            {
                "campaign": broadcast.name,
                "filed_at": clock.now(),
                "stop_line": line,
                "measured": measured,
                "next_step": next_step,
            },
            staff_id=staff_id,
            about=Ref("broadcast", broadcast.id),
            version=broadcast.version,
            dedupe_key=f"broadcast:{broadcast.id}:{broadcast.version}:halted:{staff_id}",
            variant=variant,
        )


async def _present(staff_id: int) -> list[int]:
    """They themselves, or who stands in for somebody who left."""
    receiver = await receiver_for(staff_id)
    return [] if receiver is None else [receiver]
