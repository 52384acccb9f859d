"""Targets that were paused because they kept failing, for whoever looks after the system: trying again resumes one,
giving up leaves it paused by hand.
"""

from typing import Final

from crm_core.webhooks.models import WebhookPause
from crm_core.webhooks.rules import DeliveryState, WebhookState
from foundation import database, parked
from foundation.parked import ParkedWork, Place
from foundation.reading import literals

KIND: Final = "webhook"
NAME: Final = "webhooks.paused"
_PAUSED: Final = (
    f"state = {literals(WebhookState.PAUSED)} "
    f"AND pause_reason IN ({literals(WebhookPause.KEEPS_FAILING, WebhookPause.GONE)})"
)


class _Paused:
    async def page(self, after: Place | None, limit: int) -> list[ParkedWork]:
        rows = await parked.rows_after(
            after,
            limit,
            f"SELECT '{KIND}:' || id AS id, coalesce(failing_since, made_at) AS since, name, pause_reason, failures, "
            "  (SELECT count(*) FROM webhook_delivery d WHERE d.webhook_id = webhook.id "
            f"  AND d.state = {literals(DeliveryState.PENDING)}) AS owed FROM webhook WHERE {_PAUSED}",
        )
        return [
            ParkedWork(
                id=row["id"],
                name=NAME,
                since=row["since"],
                error=row["pause_reason"],
                tries=row["failures"],
                next_try_at=None,
                title=f"回调推送「{row['name']}」",
                count=max(1, row["owed"]),
            )
            for row in rows
        ]

    async def try_again(self, rest: str) -> str | None:
        webhook_id = await _change(
            f"state = {literals(WebhookState.ACTIVE)}, pause_reason = NULL, failures = 0, failing_since = NULL", rest
        )
        if webhook_id is not None:
            await database.execute(
                "UPDATE webhook_delivery SET next_try_at = NULL, tries = 0, trouble = '' "
                f"WHERE webhook_id = $1 AND state = {literals(DeliveryState.PENDING)}",
                webhook_id,
            )
        return NAME if webhook_id is not None else None

    async def give_up(self, rest: str) -> str | None:
        return NAME if await _change(f"pause_reason = {literals(WebhookPause.BY_HAND)}", rest) is not None else None


async def _change(values: str, rest: str) -> int | None:
    if not (rest.isascii() and rest.isdigit() and len(rest) < 19):
        return None
    changed: int | None = await database.fetch_value(
        f"UPDATE webhook SET {values}, version = version + 1 WHERE id = $1 AND {_PAUSED} RETURNING id", int(rest)
    )
    return changed


parked.kinds[KIND] = _Paused()
