"""A recall by hand: the approved words for each task of a call sheet, and who can write to its customer in WeCom.

The words are the store's own (设置 → 通知文案). What offers something is held back while the customer may not be
offered it in WeCom, so that nobody has it in their hands; what they began themselves, a missed booking, is always
given.
"""

from typing import Final

from campaigns.contact_permission import why_not_by_wecom
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.stores import short_name_of
from crm_core.tasks import queries
from crm_core.tasks.queries import SheetTask
from crm_core.tasks.rules import WAITING
from crm_core.wording.current import worded
from crm_core.wording.facts import Facts
from crm_core.wording.rendering import render_chat
from foundation.reading import Query, read_model


@read_model
class RecallWriter:
    """A colleague who is the customer's friend in WeCom, and so can write to them."""

    staff_id: int
    name: str
    store: str | None


@read_model
class RecallText:
    """What may be written about one task; `refusal` says why nothing may."""

    task_id: int
    label: str
    text: str
    refusal: str


@read_model
class RecallMessages:
    """The texts of a sheet, and by whom they can be sent. `external_userid` is the customer in the reader's own WeCom,
    null when they are no friends.
    """

    texts: list[RecallText]
    writers: list[RecallWriter]
    external_userid: str | None


@read_model
class _Friend:
    staff_id: int
    name: str
    store: str | None
    external_userid: str


_FRIENDS: Final = Query(
    _Friend,
    "SELECT f.staff_id, s.name, t.short_name AS store, f.external_userid "
    "FROM friendship f JOIN staff s ON s.id = f.staff_id AND s.is_active LEFT JOIN store t ON t.id = s.store_id "
    "WHERE f.customer_id = $1 AND f.ended_at IS NULL "
    "ORDER BY f.last_chatted_at DESC NULLS LAST, f.since DESC, f.id DESC",
)


async def of_sheet(actor: Actor, customer_id: int) -> RecallMessages:
    """What the reader of a call sheet may write to its customer now.

    Raises:
        TaskNotFound, NotAllowed: as for the sheet itself.
    """
    sheet = await queries.one(actor, customer_id)
    friends = await _FRIENDS.all(customer_id)
    waiting = [task for task in sheet.tasks if task.state in WAITING]
    refusal = await why_not_by_wecom(customer_id) if any(task.is_marketing for task in waiting) else ""
    return RecallMessages(
        texts=[await _text(actor, task, refusal if task.is_marketing else "") for task in waiting],
        writers=[RecallWriter(friend.staff_id, friend.name, friend.store) for friend in friends],
        external_userid=next((each.external_userid for each in friends if each.staff_id == actor.id), None),
    )


async def _text(actor: Actor, task: SheetTask, refusal: str) -> RecallText:
    if refusal:
        return RecallText(task.id, task.label, "", refusal)
    message, variant = await worded("recall_chat", task.store_id), task.kind.value.lower()
    facts: Facts = {
        "store_short": await short_name_of(task.store_id),
        "consultant": actor.name,
        "model_short": task.series or "车",
        "plate": task.plate or None,
    }
    if "due_on" in message.facts(variant):
        facts = {**facts, "due_on": task.due_on}
    return RecallText(task.id, task.label, render_chat(message, facts, variant=variant), "")
