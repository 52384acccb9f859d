"""The same SMS to many: one call for at most 200 numbers, named by a token of whoever asks.

Each number has its row before the platform is called, so that it is known afterwards whether a call may have been made.
The answer settles each number by itself, or a report does, if the answer was lost. A number without either after a day
has an outcome that nobody will ever tell.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.dealerships import brand
from crm_core.dealerships.origin import keep_demo_data_here
from crm_core.messaging.sms import replies, templates
from crm_core.messaging.sms.models import SmsState, SmsTemplateState
from crm_core.messaging.sms.templates import TemplateRow
from foundation import clock, database
from foundation.errors import ErrorKind, PlatformError, Refused
from foundation.reading import Query, literals, read_model
from foundation.settings import get_settings
from integrations.sms import MOST_NUMBERS, Advice, NumberResult, Words, sms_client

MOST: Final = MOST_NUMBERS
"""Numbers of one call."""
SETTLED_WITHIN: Final = timedelta(days=1)
"""Carriers report within minutes, at the latest when the phone is switched on."""
S = SmsState


class Outcome(StrEnum):
    """What is known of one number."""

    WAITING = "WAITING"
    REACHED = "REACHED"
    FAILED = "FAILED"
    NOT_KNOWN = "NOT_KNOWN"


@read_model
class _Called:
    phone: str
    state: SmsState
    called_at: datetime
    reported_at: datetime | None


_OF_TASK: Final = Query(
    _Called, "SELECT phone, state, called_at, reported_at FROM sms WHERE task_token = $1 ORDER BY id"
)


async def send(token: str, template: TemplateRow, values: Sequence[str], people: Mapping[str, int]) -> list[str]:
    """Send the words to the numbers, each with the id of their customer; returns the numbers that were not taken.

    Raises:
        PlatformError: certainly nothing was sent; with BUSY it may be sent later.
        OutcomeUnknown: nobody knows whether anything was. Never call this again with the token.
    """
    client = sms_client()
    if client is None:
        raise Refused("没有接短信。")
    signature = (await brand.current()).sms_signature
    await keep_demo_data_here(get_settings().sms.base_url)
    await _begin(token, template.id, people)
    try:
        results = await client.send(list(people), Words(template.platform_id, signature, tuple(values)), context=token)
    except PlatformError as error:
        if error.kind is not ErrorKind.UNKNOWN:
            await _take_back(token)
            if error.errcode == Advice.FIX_WORDS.value:
                await templates.doubt(template.id)
        raise
    if any(result.advice is Advice.FIX_WORDS for result in results):
        await templates.doubt(template.id)
    return await _settled(token, results)


async def was_begun(token: str) -> bool:
    """Whether the platform may have been called with the token."""
    return bool(await database.fetch_value("SELECT EXISTS (SELECT FROM sms WHERE task_token = $1)", token))


async def was_taken(token: str) -> bool:
    """Whether the platform is known to have taken a call whose answer was lost: a report named one of its numbers."""
    return bool(
        await database.fetch_value(
            f"SELECT EXISTS (SELECT FROM sms WHERE task_token = $1 AND state <> {literals(S.CALLING)})", token
        )
    )


async def outcomes(token: str) -> list[tuple[str, Outcome, datetime]]:
    """Each number with what is known of it, and since when."""
    return [(row.phone, _outcome(row), row.reported_at or row.called_at) for row in await _OF_TASK.all(token)]


def _outcome(row: _Called) -> Outcome:
    if row.state is S.REACHED:
        return Outcome.REACHED
    if row.state is S.FAILED:
        return Outcome.FAILED
    return Outcome.NOT_KNOWN if row.called_at + SETTLED_WITHIN <= clock.now() else Outcome.WAITING


async def _begin(token: str, template_id: int, people: Mapping[str, int]) -> None:
    await database.execute(
        "INSERT INTO sms (task_token, customer_id, template_id, phone, state, called_at) "
        f"SELECT $1, q.customer_id, $2, q.phone, {literals(S.CALLING)}, $3 "
        "FROM unnest($4::bigint[], $5::text[]) AS q(customer_id, phone)",
        token,
        template_id,
        clock.now(),
        list(people.values()),
        list(people),
    )


async def _take_back(token: str) -> None:
    await database.execute(
        f"DELETE FROM sms WHERE task_token = $1 AND state = {literals(S.CALLING)} AND serial = ''", token
    )


async def _settled(token: str, results: Sequence[NumberResult]) -> list[str]:
    """Keep what was taken, and drop what certainly was not; a number that is refused for good gets no more."""
    taken = [result for result in results if result.advice in (Advice.TAKEN, Advice.UNKNOWN)]
    refused = [result.phone for result in results if result not in taken]
    async with database.transaction():
        await database.execute(
            "UPDATE sms s SET serial = q.serial, segments = q.segments, "
            f"  state = CASE WHEN s.state = {literals(S.CALLING)} AND q.serial <> '' "
            f"  THEN {literals(S.SENT)} ELSE s.state END "
            "FROM unnest($2::text[], $3::text[], $4::int[]) AS q(phone, serial, segments) "
            "WHERE s.task_token = $1 AND s.phone = q.phone",
            token,
            [result.phone for result in taken],
            [result.serial if result.advice is Advice.TAKEN else "" for result in taken],
            [result.segments for result in taken],
        )
        await database.execute("DELETE FROM sms WHERE task_token = $1 AND phone = ANY($2)", token, refused)
        for result in results:
            if result.advice is Advice.STOP_NUMBER:
                await replies.block(result.phone, result.code[:60])
    return refused


def refusal(template: TemplateRow | None) -> tuple[str, bool] | None:
    """Why words cannot be sent yet, in Chinese, and whether that is for good; None if they can."""
    if template is None:
        return "短信模板还没有提交审核", False
    if template.state is SmsTemplateState.REFUSED:
        return f"短信模板没有通过审核：{template.refusal}", True
    return None if template.state is SmsTemplateState.USABLE else ("短信模板还在审核", False)
