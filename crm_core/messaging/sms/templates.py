"""Hands templates in for the platform's review, and reads what came of it. Each is a debt until it is decided."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.messaging.sms.models import SmsTemplateState
from crm_core.wording.catalogue import ChannelFile, MessageTemplate, catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.rendering import numbered
from foundation import clock, database
from foundation.errors import OutcomeUnknown, PlatformError
from foundation.owed import Debt
from foundation.reading import Query, literals, read_model
from integrations.sms import PlatformTemplate, ReviewState, SmsClient, sms_client

WAY: Final = "SMS"
"""What the channel is called in `message.toml` and in the rows."""
REVIEW: Final = "messaging.review_sms_template"
LOOK_AGAIN: Final = timedelta(minutes=20)
"""A review takes about two hours."""
LOOKED_FOR: Final = timedelta(minutes=15)
"""For so long a template whose call got no answer is looked for in the platform's list, before it is handed in anew."""
CAMPAIGN: Final = "campaign"
"""In place of a message's folder: words that marketers write for a campaign."""
HEAD: Final = "【{{ brand.sms_signature }}】"

S = SmsTemplateState
_STATES: Final = {
    ReviewState.REFUSED: S.REFUSED,
    ReviewState.USABLE: S.USABLE,
    ReviewState.IN_REVIEW: S.IN_REVIEW,
    ReviewState.NOT_YET_EFFECTIVE: S.APPROVED,
}
UNDECIDED: Final = Debt(
    "sms_template",
    open_when=f"state IN ({literals(S.WANTED, S.ASKED, S.IN_REVIEW, S.APPROVED)})",
    since="wanted_at",
    job=REVIEW,
    argument="template_id",
)


@read_model
class TemplateRow:
    """A template and its review."""

    id: int
    message: str
    content: str
    state: SmsTemplateState
    platform_id: str
    refusal: str
    is_marketing: bool
    asked_at: datetime | None


_COLUMNS: Final = "id, message, content, state, platform_id, refusal, is_marketing, asked_at"
_BY_ID: Final = Query(TemplateRow, f"SELECT {_COLUMNS} FROM sms_template WHERE id = $1")
_OF_WORDING: Final = Query(TemplateRow, f"SELECT {_COLUMNS} FROM sms_template WHERE message = $1 AND content = $2")


def content_of(message: MessageTemplate) -> str:
    """A message's SMS as the platform reviews it, without the signature.

    Raises:
        MessageProblem: it has no SMS, or one without its signature in front.
    """
    source = message.channels.get(ChannelFile.SMS)
    if not isinstance(source, str) or not source.startswith(HEAD):
        raise MessageProblem(f"{message.id} has no SMS that begins with its signature")
    return numbered(source.removeprefix(HEAD)).strip()


async def template_of(message: MessageTemplate) -> TemplateRow | None:
    """The template of a message in its present words, if it was ever wanted."""
    return await _OF_WORDING.first(message.name, content_of(message))


async def want_all() -> None:
    """Note a template for every message that goes by SMS."""
    if sms_client() is None:
        return
    wanted = [(each.name, content_of(each)) for each in catalogue() if any(way.by == WAY for way in each.meta.ways)]
    async with database.transaction():
        for name, content in sorted(wanted):
            await _note(name, content, is_marketing=False)


async def of_words(content: str) -> TemplateRow | None:
    """The template of words that a campaign says, if it was ever wanted."""
    return await _OF_WORDING.first(CAMPAIGN, content)


async def want(content: str) -> None:
    """Note a template for the words of a campaign, in the running transaction; twice is fine."""
    await _note(CAMPAIGN, content, is_marketing=True)


async def _note(message: str, content: str, *, is_marketing: bool) -> None:
    made = await database.fetch_value(
        "INSERT INTO sms_template (message, content, state, is_marketing, wanted_at) "
        f"VALUES ($1, $2, {literals(S.WANTED)}, $3, $4) ON CONFLICT DO NOTHING RETURNING id",
        message,
        content,
        is_marketing,
        clock.now(),
    )
    if made is not None:
        await UNDECIDED.hint([made])


async def review(template_id: int) -> datetime | None:
    """Hand it in, or read what the review says. Returns when to look again."""
    row, client = await _BY_ID.first(template_id), sms_client()
    if row is None or client is None or row.state in (S.USABLE, S.REFUSED):
        return None
    listed = _listed(row, await client.templates())
    if listed is not None:
        return await _decided(row.id, listed)
    if row.state is S.WANTED:
        await _hand_in(client, row)
    elif row.asked_at is not None and row.asked_at + LOOKED_FOR <= clock.now():
        # It is not there after all, or somebody deleted it at the platform.
        await _move(row.id, S.WANTED)
        return clock.now()
    return clock.now() + LOOK_AGAIN


async def doubt(template_id: int) -> None:
    """The platform refused to send it: look again what its review says."""
    await database.execute(
        f"UPDATE sms_template SET state = {literals(S.IN_REVIEW)}, decided_at = NULL, next_try_at = NULL "
        f"WHERE id = $1 AND state = {literals(S.USABLE)}",
        template_id,
    )


def _listed(row: TemplateRow, listed: list[PlatformTemplate]) -> PlatformTemplate | None:
    if row.platform_id:
        return next((each for each in listed if each.id == row.platform_id), None)
    return next((each for each in listed if (each.name, each.content) == (row.message, row.content)), None)


async def _hand_in(client: SmsClient, row: TemplateRow) -> None:
    claimed = await database.fetch_value(
        f"UPDATE sms_template SET state = {literals(S.ASKED)}, asked_at = $2 "
        f"WHERE id = $1 AND state = {literals(S.WANTED)} RETURNING id",
        row.id,
        clock.now(),
    )
    if claimed is None:
        return
    try:
        platform_id = await client.add_template(row.message, row.content, is_marketing=row.is_marketing)
    except OutcomeUnknown:
        raise
    except PlatformError:
        await _move(row.id, S.WANTED)
        raise
    await database.execute(
        f"UPDATE sms_template SET state = {literals(S.IN_REVIEW)}, platform_id = $2 "
        f"WHERE id = $1 AND state = {literals(S.ASKED)}",
        row.id,
        platform_id,
    )


async def _move(template_id: int, state: SmsTemplateState) -> None:
    await database.execute(
        "UPDATE sms_template SET state = $2, platform_id = '', asked_at = NULL WHERE id = $1", template_id, state
    )


async def _decided(template_id: int, listed: PlatformTemplate) -> datetime | None:
    state = _STATES[listed.state]
    is_decided = state in (S.USABLE, S.REFUSED)
    await database.execute(
        "UPDATE sms_template SET state = $2, platform_id = $3, refusal = $4, decided_at = $5 WHERE id = $1",
        template_id,
        state,
        listed.id,
        (listed.reply or "审核没有通过")[:200] if state is S.REFUSED else "",
        clock.now() if is_decided else None,
    )
    return None if is_decided else clock.now() + LOOK_AGAIN
