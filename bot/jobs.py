"""Working off the inbox: one callback, one transaction; and forgetting it in time."""

from functools import partial

from bot.handlers import Outcome, Received, handle
from bot.inbox import HANDLE, UNHANDLED
from crm_core.customers.errors import MemberUnknown
from crm_core.dealerships import directory
from foundation import clock, database, jobs, metrics
from foundation.errors import NotAllowed, NotFound, Refused
from foundation.logging import logger
from foundation.personal import CALLBACKS
from integrations.wecom.errors import BadXml
from integrations.wecom.events import parse_event
from integrations.wecom.xml import parse_xml


@jobs.job(HANDLE, can_be_urgent=True, is_hint=True)
async def handle_callback(*, inbox_id: int) -> None:
    """Handle one inbox row; what fails is found again for as long as it is not handled."""
    await UNHANDLED.attempt(inbox_id, partial(_handle, inbox_id))


async def _handle(inbox_id: int) -> None:
    """Handle one inbox row once: its lock and its mark are part of the transaction that has the effects."""
    async with database.transaction():
        row = await database.fetch_one(
            "SELECT id, event, body, waits_for FROM inbox_message WHERE id = $1 AND handled_at IS NULL FOR UPDATE",
            inbox_id,
        )
        if row is None:
            return
        try:
            outcome = await _outcome(inbox_id, row["body"])
        except MemberUnknown as unknown:
            await _wait(inbox_id, unknown.userid, is_new=not row["waits_for"])
            return
        await database.execute(
            "UPDATE inbox_message SET handled_at = $2, outcome = $3 WHERE id = $1", inbox_id, clock.now(), outcome
        )
    metrics.callbacks_total.labels("wecom", outcome).inc()
    if outcome in ("unknown", "refused"):
        logger.info("callback_handled", inbox_id=inbox_id, callback=row["event"], outcome=outcome)


async def _wait(inbox_id: int, userid: str, *, is_new: bool) -> None:
    await database.execute(
        "UPDATE inbox_message SET outcome = 'waiting', waits_for = $2 WHERE id = $1", inbox_id, userid[:64]
    )
    if is_new:
        logger.info("callback_waits_for_member", inbox_id=inbox_id)
        await directory.ask_about(userid)


@jobs.job("bot.ask_about_unknown_members")
async def ask_about_unknown_members() -> None:
    """By the clock: ask WeCom again about members for whom callbacks wait; after a month nobody will come."""
    await database.execute(
        "UPDATE inbox_message SET handled_at = $1, outcome = 'refused' "
        "WHERE handled_at IS NULL AND waits_for <> '' AND received_at < $2",
        clock.now(),
        clock.now() - CALLBACKS.period,
    )
    rows = await database.fetch(
        "SELECT DISTINCT waits_for FROM inbox_message WHERE handled_at IS NULL AND waits_for <> ''"
    )
    for row in rows:
        await directory.ask_about(row["waits_for"])


@jobs.job("bot.purge_inbox", priority=jobs.BULK)
async def purge_inbox() -> None:
    """By the clock, nightly: forget what was handled long ago. A replay that old is refused by its signature's age."""
    await database.execute("DELETE FROM inbox_message WHERE handled_at < $1", clock.now() - CALLBACKS.period)


async def _outcome(inbox_id: int, body: str) -> Outcome:
    """A refusal by the dealership undoes what the handler did, not the mark that it was handled.

    Raises:
        MemberUnknown: it is about a member we do not know yet.
    """
    try:
        event = parse_event(parse_xml(body.encode()))
        async with database.savepoint():
            return await handle(Received(inbox_id, event))
    except MemberUnknown:
        raise
    except (Refused, NotFound, NotAllowed, BadXml) as refusal:
        logger.info("callback_refused_by_rule", inbox_id=inbox_id, code=refusal.code)
        return "refused"
