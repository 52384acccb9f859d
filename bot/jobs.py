"""Jobs of the inbox: handle each callback in one transaction, and delete old ones."""

from functools import partial

from bot.handlers import handle
from bot.inbox import HANDLE, UNHANDLED
from bot.models import Outcome
from bot.received import Received
from crm_core.customers.errors import MemberUnknown
from crm_core.dealerships import directory
from foundation import clock, database, jobs, metrics
from foundation.errors import NotAllowed, NotFound, Refused
from foundation.logging import logger
from foundation.personal import CALLBACKS
from foundation.reading import literals
from integrations.wecom.errors import BadXml
from integrations.wecom.events import parse_event
from integrations.wecom.xml import parse_xml


@jobs.job(HANDLE, can_be_urgent=True, is_hint=True)
async def handle_callback(*, inbox_id: int) -> None:
    """Handle one inbox row. If this fails, the timetable finds the row again until it is handled."""
    await UNHANDLED.attempt(inbox_id, partial(_handle, inbox_id))


async def _handle(inbox_id: int) -> None:
    """Handle one inbox row exactly once: locking it and marking it as handled are part of the transaction that has the
    effects.
    """
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
    if outcome in (Outcome.UNKNOWN, Outcome.REFUSED):
        logger.info("callback_handled", inbox_id=inbox_id, callback=row["event"], outcome=outcome)


async def _wait(inbox_id: int, userid: str, *, is_new: bool) -> None:
    await database.execute(
        "UPDATE inbox_message SET outcome = $3, waits_for = $2 WHERE id = $1", inbox_id, userid[:64], Outcome.WAITING
    )
    if is_new:
        logger.info("callback_waits_for_member", inbox_id=inbox_id)
        await directory.ask_about(userid)


@jobs.job("bot.ask_about_unknown_members")
async def ask_about_unknown_members() -> None:
    """Ask WeCom again about unknown members for whom callbacks wait; callbacks that waited for a month are given up.

    One that began to wait just as its member became known, or whose member came with a file, is handled.
    """
    await database.execute(
        f"UPDATE inbox_message SET handled_at = $1, outcome = {literals(Outcome.REFUSED)} "
        "WHERE handled_at IS NULL AND waits_for <> '' AND received_at < $2",
        clock.now(),
        clock.now() - CALLBACKS.period,
    )
    known = await database.fetch(
        f"UPDATE inbox_message m SET outcome = '' WHERE handled_at IS NULL AND outcome = {literals(Outcome.WAITING)} "
        "AND EXISTS (SELECT FROM staff s WHERE s.userid = m.waits_for) RETURNING id"
    )
    await UNHANDLED.hint([row["id"] for row in known])
    rows = await database.fetch(
        "SELECT DISTINCT waits_for FROM inbox_message "
        f"WHERE handled_at IS NULL AND outcome = {literals(Outcome.WAITING)}"
    )
    for row in rows:
        await directory.ask_about(row["waits_for"])


@jobs.job("bot.purge_inbox", priority=jobs.BULK)
async def purge_inbox() -> None:
    """Delete rows that were handled long ago; runs at night. A replay of them is refused by the age of its
    signature.
    """
    await database.execute("DELETE FROM inbox_message WHERE handled_at < $1", clock.now() - CALLBACKS.period)


async def _outcome(inbox_id: int, body: str) -> Outcome:
    """Run the handler and return the outcome. If a rule of the dealership refuses, the handler's effects are undone,
    but the row still counts as handled.

    Raises:
        MemberUnknown: the callback is about a member we do not know yet.
    """
    try:
        event = parse_event(parse_xml(body.encode()))
        async with database.savepoint():
            return await handle(Received(inbox_id, event))
    except MemberUnknown:
        raise
    except (Refused, NotFound, NotAllowed, BadXml) as refusal:
        logger.info("callback_refused_by_rule", inbox_id=inbox_id, code=refusal.code)
        return Outcome.REFUSED
