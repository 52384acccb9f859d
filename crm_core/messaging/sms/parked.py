"""SMS templates that the platform's review refused: until somebody changes them there, their messages go other ways."""

from typing import Final

from crm_core.messaging.service import title_of
from crm_core.messaging.sms.models import SmsTemplateState
from crm_core.messaging.sms.templates import CAMPAIGN, UNDECIDED
from crm_core.wording.catalogue import catalogue
from foundation import database, parked
from foundation.parked import ParkedWork, Place
from foundation.reading import literals

KIND: Final = "sms_template"
NAME: Final = "messaging.sms_template_refused"
_STATE = SmsTemplateState
_REFUSED: Final = f"state = {literals(_STATE.REFUSED)} AND next_try_at IS DISTINCT FROM 'infinity'"


class _RefusedTemplates:
    async def page(self, after: Place | None, limit: int) -> list[ParkedWork]:
        rows = await parked.rows_after(
            after,
            limit,
            f"SELECT '{KIND}:' || id AS id, decided_at AS since, message, refusal FROM sms_template WHERE {_REFUSED}",
        )
        titles = {message.name: title_of(message) for message in catalogue()} | {CAMPAIGN: "活动短信"}
        return [
            ParkedWork(
                id=row["id"],
                name=NAME,
                since=row["since"],
                error="SMS REFUSED",
                tries=1,
                next_try_at=None,
                title=f"{titles.get(row['message'], row['message'])}：{row['refusal']}",
            )
            for row in rows
        ]

    async def try_again(self, rest: str) -> str | None:
        """Somebody changed it at the platform: read its review again."""
        template_id = await _change(
            f"state = {literals(_STATE.IN_REVIEW)}, refusal = '', decided_at = NULL, next_try_at = NULL, tries = 0",
            rest,
        )
        if template_id is not None:
            await UNDECIDED.hint([template_id])
        return None if template_id is None else NAME

    async def give_up(self, rest: str) -> str | None:
        return None if await _change("next_try_at = 'infinity'", rest) is None else NAME


async def _change(values: str, rest: str) -> int | None:
    changed: int | None = await database.fetch_value(
        f"UPDATE sms_template SET {values} WHERE id::text = $1 AND {_REFUSED} RETURNING id", rest
    )
    return changed


parked.kinds[KIND] = _RefusedTemplates()
