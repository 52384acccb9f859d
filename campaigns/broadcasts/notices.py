"""Cards about a broadcast: to salespeople about their tasks, and to marketing when it was stopped or a task declined;
and the facts of the message to customers.
"""

from campaigns.broadcasts.models import Broadcast, SendTask
from campaigns.broadcasts.rows import TaskInHand
from crm_core.dealerships.staff import leaders_of, receiver_for
from crm_core.messaging.service import close_card, say
from crm_core.wording.facts import Facts
from foundation import clock
from foundation.refs import Ref

DEPARTMENT = "市场部"


def facts_of(content: Facts, store_short: str) -> Facts:
    """The facts of the message to a salesperson's customers, with the name of that salesperson's store."""
    return {**content, "store_short": store_short or "门店"}


async def ask_to_send(send_task: TaskInHand) -> None:
    """Tell the salesperson (card C-SEND) that a task waits in 群发助手; nothing is sent before they confirm it
    there.
    """
    await say(
        "send_task",
        {
            "campaign": send_task.broadcast_name,
            "friend_count": send_task.customers,
            "due_at": send_task.ends_at,
            "content": _promised(send_task.content),
            "department": DEPARTMENT,
            "author": send_task.author,
        },
        staff_id=send_task.staff_id,
        about=Ref("send_task", send_task.id),
        dedupe_key=f"send_task:{send_task.id}",
        send_before=send_task.ends_at,
    )


def _promised(content: Facts) -> str:
    coupon = content.get("coupon")
    return f"{coupon} + 预约入口" if coupon else "预约入口"


async def close_task(send_task_id: int, outcome: str, who: str) -> None:
    """Update the card with its outcome: `confirmed` or `decline` by the salesperson, or how the broadcast ended. The
    outcomes are named in `after` of the card's template.
    """
    await close_card(Ref("send_task", send_task_id), "send_task", outcome, who)


async def tell_declined(send_task: SendTask, broadcast: Broadcast, who: str) -> None:
    """Tell the broadcast's author and the salesperson's managers (card C-SEND-NO) that a task was declined. Nobody else
    sends it automatically, so they have to talk to the salesperson.
    """
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
    """Tell the broadcast's author and approver (card C-HALTED) that it was halted, once for each time."""
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
    """The member themselves, or a stand-in if they left; empty if there is none."""
    receiver = await receiver_for(staff_id)
    return [] if receiver is None else [receiver]
