"""What a mini-program push changes: the ledger of allowances, and messages nobody answered for; each push once."""

from collections.abc import Mapping

from crm_core.messaging.allowances import forget_allowances, grant_allowances
from crm_core.messaging.delivery import note_report, take_up_again
from foundation import clock, database
from integrations.weixin.push import Push, subscribe_choices, subscribe_deliveries

KEPT_DAYS = 7
"""WeChat repeats a push within minutes; a week is far beyond any repeat."""


async def take_in(push: Push) -> bool:
    """Apply a push; False when it was taken before or concerns nothing of ours."""
    choices, reports = subscribe_choices(push), subscribe_deliveries(push)
    if not choices and not reports:
        return False
    async with database.transaction():
        is_new = await database.fetch_one(
            "INSERT INTO subscribe_push (dedupe_key, taken_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
            push.dedupe_key,
            clock.now(),
        )
        if is_new is None:
            return False
        for report in reports:
            await note_report(
                openid=push.openid,
                template_id=report.template_id,
                platform_id=report.message_id,
                error_code=report.error_code,
            )
        if push.event == "subscribe_msg_change_event":
            for choice in choices:
                if not choice.is_accepted:
                    await forget_allowances(push.openid, choice.template_id)
        elif choices:
            await take_choices(push.openid, {choice.template_id: choice.is_accepted for choice in choices})
    return True


async def take_choices(openid: str, choices: Mapping[str, bool]) -> None:
    """An owner answered the pop-up: his accepts count, and a notice that was too early for them goes out now.

    Keys are the platform's template ids, or our own names. Call it from one door only (the message push, or the
    client's report where there is none), since one tap is one accept.
    """
    async with database.transaction():
        for template in await grant_allowances(openid, choices):
            await take_up_again(openid, template)
