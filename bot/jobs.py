"""Working off the inbox: one callback, one transaction; and forgetting it in time."""

from datetime import timedelta
from typing import Final

from bot.handlers import Outcome, Received, handle
from bot.inbox import HANDLE
from foundation import clock, database, jobs, metrics
from foundation.errors import NotAllowed, NotFound, Refused
from foundation.logging import logger
from integrations.wecom.errors import BadXml
from integrations.wecom.events import parse_event
from integrations.wecom.xml import parse_xml

KEPT: Final = timedelta(days=30)
"""Long enough to replay a month's callbacks after a mistake; they name people, so not longer (house rule)."""


@jobs.job(HANDLE, can_be_urgent=True)
async def handle_callback(*, inbox_id: int) -> None:
    """Handle one inbox row once: its lock and its mark are part of the transaction that has the effects."""
    async with database.transaction():
        row = await database.fetch_one(
            "SELECT id, event, body FROM inbox_message WHERE id = $1 AND handled_at IS NULL FOR UPDATE", inbox_id
        )
        if row is None:
            return
        outcome = await _outcome(inbox_id, row["body"])
        await database.execute(
            "UPDATE inbox_message SET handled_at = $2, outcome = $3 WHERE id = $1", inbox_id, clock.now(), outcome
        )
    metrics.callbacks_total.labels("wecom", outcome).inc()
    if outcome in ("unknown", "refused"):
        logger.info("callback_handled", inbox_id=inbox_id, callback=row["event"], outcome=outcome)


@jobs.job("bot.purge_inbox", priority=jobs.BULK)
async def purge_inbox() -> None:
    """By the clock, nightly: forget what was handled long ago. A replay that old is refused by its signature's age."""
    await database.execute("DELETE FROM inbox_message WHERE handled_at < $1", clock.now() - KEPT)


async def _outcome(inbox_id: int, body: str) -> Outcome:
    """A refusal by the dealership undoes what the handler did, not the mark that it was handled."""
    try:
        event = parse_event(parse_xml(body.encode()))
        async with database.savepoint():
            return await handle(Received(inbox_id, event))
    except (Refused, NotFound, NotAllowed, BadXml) as refusal:
        logger.info("callback_refused_by_rule", inbox_id=inbox_id, code=refusal.code)
        return "refused"
