"""Applies the mini program's pushes, each once: they change allowances and tell the results of notices.

A push of an unknown kind is stored as it came and answered like any other.
"""

from collections.abc import Mapping

import orjson

from crm_core.messaging.allowances import forget_allowances, grant_allowances
from crm_core.messaging.channels.subscribe import note_report, take_up_again
from crm_core.messaging.models import PushOutcome
from foundation import clock, database
from foundation.personal import CALLBACKS
from integrations.weixin.push import SUBSCRIBE_EVENTS, Push, subscribe_choices, subscribe_deliveries


async def take_in(push: Push) -> PushOutcome | None:
    """Store a push and apply it, in one transaction. Returns None when the same push was handled before."""
    async with database.transaction():
        is_new = await database.fetch_one(
            "INSERT INTO mini_program_push (dedupe_key, event, body, outcome, taken_at) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT DO NOTHING RETURNING id",
            push.dedupe_key,
            (push.event or push.message_type)[:60],
            orjson.dumps(push.fields).decode(),
            outcome := _outcome(push),
            clock.now(),
        )
        if is_new is None:
            return None
        await _apply(push)
        return outcome


async def purge() -> None:
    """Delete pushes that are older than their retention period."""
    await database.execute("DELETE FROM mini_program_push WHERE taken_at < $1", clock.now() - CALLBACKS.period)


def _outcome(push: Push) -> PushOutcome:
    if push.event not in SUBSCRIBE_EVENTS:
        return PushOutcome.UNKNOWN
    return PushOutcome.DONE if subscribe_choices(push) or subscribe_deliveries(push) else PushOutcome.IGNORED


async def _apply(push: Push) -> None:
    for report in subscribe_deliveries(push):
        await note_report(
            openid=push.openid,
            template_id=report.template_id,
            platform_id=report.message_id,
            error_code=report.error_code,
        )
    choices = subscribe_choices(push)
    if push.event == "subscribe_msg_change_event":
        for choice in choices:
            if not choice.is_accepted:
                await forget_allowances(push.openid, choice.template_id)
    elif choices:
        await take_choices(push.openid, {choice.template_id: choice.is_accepted for choice in choices})


async def take_choices(openid: str, choices: Mapping[str, bool]) -> None:
    """An owner answered the pop-up: count their accepts, and send a notice that came too early for its accept.

    Keys of `choices` are the platform's template ids or our own names. One tap is one accept, so call this for only one
    of its two reports: the platform's push, or the mini program's own report where no push is configured.
    """
    async with database.transaction():
        for template in await grant_allowances(openid, choices):
            await take_up_again(openid, template)
