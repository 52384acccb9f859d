"""Buttons of cards. A button's key says what it does to which object at which version: `confirm:appointment:12:3`.

A press acts with the presser's own rights. A member who presses second, or presses an outdated card, is told who acted
and when. The card itself is updated by the verb that succeeded, wherever it was called from.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.models import Outcome
from crm_core.dealerships.actors import Actor, staff_actor, staff_by_userid
from crm_core.messaging.cards import is_spent
from crm_core.messaging.service import say, say_again
from crm_core.wording.about import ButtonKey
from crm_core.wording.facts import Facts, WrongFact
from foundation import database
from foundation.errors import IllegalMove, NotAllowed, NotFound, StaleVersion, WeDealerError
from foundation.logging import logger

Action = Callable[[Actor, int, int], Awaitable[object]]
"""Takes the member who pressed, the object's id and the version on the card."""
TASK_PREFIX: Final = "message-"

_actions: dict[tuple[str, str], Action] = {}


def button(action: str, object_type: str) -> Callable[[Action], Action]:
    """Decorator that makes a function in `bot/skills` the one that a press of `action` for an `object_type` calls."""

    def register(handler: Action) -> Action:
        if (action, object_type) in _actions:
            raise ValueError(f"two functions for the button {action} of {object_type}")
        _actions[(action, object_type)] = handler
        return handler

    return register


async def press(inbox_id: int, userid: str, event_key: str, task_id: str) -> Outcome:
    """Do what the button says that a member pressed; called inside the callback's transaction."""
    staff = await staff_by_userid(userid)
    if staff is None:
        return Outcome.REFUSED
    try:
        key = ButtonKey.parse(event_key)
    except WrongFact:
        return Outcome.IGNORED
    reply = Reply(inbox_id, staff.id, f"{key.about.object_type}:{key.about.object_id}")
    card = await _card(task_id, staff.id)
    if card is not None and card["sent_at"] is not None and is_spent(card["sent_at"]):
        if await say_again(card["id"]) is None:
            await _tell_who_was_first(reply)
        else:
            await reply.say("card_expired")
        return Outcome.REFUSED
    handler = _actions.get((key.action, key.about.object_type))
    if handler is None or not str(key.about.object_id).isdigit():
        logger.warning("card_without_action", action=key.action, object_type=key.about.object_type)
        await reply.say("card_failed")
        return Outcome.REFUSED
    return await _act(await staff_actor(staff.id), handler, key, reply)


class Reply:
    """Sends the presser a short text, once for each press."""

    def __init__(self, inbox_id: int, staff_id: int, about: str) -> None:
        self._inbox_id = inbox_id
        self._staff_id = staff_id
        self.about = about

    async def say(self, template: str, facts: Facts | None = None) -> None:
        """Send one sentence of templates/messages."""
        await say(
            template,
            facts or {},
            staff_id=self._staff_id,
            about=self.about,
            dedupe_key=f"press:{self._inbox_id}",
        )


async def _act(actor: Actor, handler: Action, key: ButtonKey, reply: Reply) -> Outcome:
    try:
        async with database.savepoint():
            await handler(actor, int(key.about.object_id), key.about.version)
    except (IllegalMove, StaleVersion):
        await _tell_who_was_first(reply)
    except (NotAllowed, NotFound):
        await reply.say("card_not_allowed")
    except WeDealerError as refusal:
        logger.info("card_refused", code=refusal.code)
        await reply.say("card_failed")
    else:
        return Outcome.DONE
    return Outcome.REFUSED


async def _tell_who_was_first(reply: Reply) -> None:
    """Tell the presser who acted on the object last, and when; this is read from its events."""
    last = await database.fetch_one(
        "SELECT e.at, e.actor, coalesce(s.name, '') AS staff_name FROM event e "
        "LEFT JOIN staff s ON e.actor = 'staff:' || s.id WHERE e.subject = $1 ORDER BY e.id DESC LIMIT 1",
        reply.about,
    )
    if last is None:
        await reply.say("card_failed")
        return
    handler = last["staff_name"] or ("车主" if last["actor"].startswith("owner:") else "系统")
    await reply.say("card_already_handled", {"handler": handler, "handled_at": last["at"]})


async def _card(task_id: str, staff_id: int) -> dict[str, Any] | None:
    """The message that this card was; its id is part of the task id that we gave the card."""
    number = task_id.removeprefix(TASK_PREFIX)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return await database.fetch_one(
        "SELECT id, sent_at FROM message WHERE id = $1 AND staff_id = $2", int(number), staff_id
    )
