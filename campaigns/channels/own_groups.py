"""A mass message to customer groups at WeCom: made for the groups of one owner, who confirms it in 群发助手.

It belongs to no `MassChannel`, which names persons. WeCom's list carries no mark of ours and leaves out by whom a
message was made by API, so a lost one is found by its words and by the owner who is to confirm it.
"""

from collections.abc import Sequence
from datetime import datetime

from campaigns.channels import wecom_tasks
from campaigns.mass_channels import MadeTask
from campaigns.own_words import Content
from crm_core.customers.platform import wecom


async def make(content: Content, *, userid: str, chat_ids: Sequence[str]) -> MadeTask:
    """Give the owner a task; `failed` are the groups that WeCom will not even try.

    Raises:
        OutcomeUnknown: it may have been made.
        PlatformError: it was not.
    """

    async def once() -> MadeTask:
        attached = [await wecom_tasks.attached(one) for one in content.attachments]
        made = await (await wecom()).mass_messages.create_for_groups(
            content.text, attached, sender=userid, chat_ids=chat_ids
        )
        return MadeTask(made.message_id, made.failed)

    return await wecom_tasks.with_fresh_pictures(content, once)


async def find(text: str, userid: str, since: datetime, until: datetime) -> list[str]:
    """Ids of the messages with this text which this owner is to confirm and that were made in a span, the oldest
    first.
    """
    listed = (await wecom()).mass_messages.list_between(
        int(since.timestamp()), int(until.timestamp()), chat_type="group"
    )
    alike = [row async for row in listed if (row.get("text") or {}).get("content", "") == text]
    found = []
    for row in sorted(alike, key=lambda row: int(row.get("create_time", 0))):
        message_id = str(row["msgid"])
        if userid.lower() in {task.userid async for task in wecom_tasks.member_tasks(message_id)}:
            found.append(message_id)
    return found
