"""What a mini-program push changes: the ledger of allowances, and messages nobody answered for; each push once."""

from crm_core.messaging.allowances import forget_allowances, grant_allowances
from crm_core.messaging.delivery import note_report
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
            await grant_allowances(push.openid, {choice.template_id: choice.is_accepted for choice in choices})
    return True
