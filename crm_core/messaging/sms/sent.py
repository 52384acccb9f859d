"""One row for each SMS: written before the platform is called, settled by its answer or by a report."""

from datetime import timedelta
from typing import Final

from crm_core.messaging import outcomes
from crm_core.messaging.models import MessageState, WayEnd
from crm_core.messaging.rows import InHand, columns_of
from crm_core.messaging.sms.models import SmsState
from crm_core.messaging.sms.templates import WAY
from crm_core.messaging.ways import Receipt
from foundation import clock, database
from foundation.reading import Query, literals, read_model
from integrations.sms import NumberResult, Report

SETTLED_BY_REPORT: Final = timedelta(days=1)
"""For so long a report may settle a call whose answer was lost; it names the number, not the call."""

S = SmsState
_OPEN: Final = literals(S.CALLING, S.SENT)


@read_model
class Called:
    """An SMS that the platform is being asked to send."""

    id: int
    template_id: int
    platform_id: str


@read_model
class _Known:
    id: int
    message_id: int | None
    """None for one of a broadcast."""


_CALLING: Final = Query(
    Called,
    "SELECT s.id, s.template_id, t.platform_id FROM sms s JOIN sms_template t ON t.id = s.template_id "
    f"WHERE s.message_id = $1 AND s.state = {literals(S.CALLING)} ORDER BY s.id DESC LIMIT 1",
)
_BY_SERIAL: Final = Query(_Known, "SELECT id, message_id FROM sms WHERE serial = $1 AND serial <> ''")
_UNANSWERED: Final = Query(
    _Known,
    f"SELECT id, message_id FROM sms WHERE phone = $1 AND state = {literals(S.CALLING)} AND serial = '' "
    "AND called_at > $2 LIMIT 2",
)
_MESSAGE: Final = Query(
    InHand, f"SELECT {columns_of(InHand, 'm')} FROM message m WHERE m.id = $1 AND m.channel = $2 FOR UPDATE"
)


async def begin(message_id: int, customer_id: int, template_id: int, phone: str) -> None:
    """Write the row, in the transaction that leases the message."""
    await database.execute(
        "INSERT INTO sms (message_id, customer_id, template_id, phone, state, called_at) "
        f"VALUES ($1, $2, $3, $4, {literals(S.CALLING)}, $5)",
        message_id,
        customer_id,
        template_id,
        phone,
        clock.now(),
    )


async def calling(message_id: int) -> Called:
    """The row of the call that is being made for a message."""
    called = await _CALLING.first(message_id)
    assert called is not None, "the channel writes it with the lease"
    return called


async def take_back(message_id: int) -> None:
    """The platform certainly took nothing."""
    await database.execute(
        f"DELETE FROM sms WHERE message_id = $1 AND state = {literals(S.CALLING)} AND serial = ''", message_id
    )


async def taken(called: Called, result: NumberResult) -> None:
    """The platform took it; a report may have been faster."""
    await database.execute(
        f"UPDATE sms SET serial = $2, segments = $3, state = CASE WHEN state = {literals(S.CALLING)} "
        f"THEN {literals(S.SENT)} ELSE state END WHERE id = $1",
        called.id,
        result.serial,
        result.segments,
    )


async def take_report(report: Report) -> None:
    """Settle an SMS by its report, once. A report about nothing of ours changes nothing."""
    known = await _of(report)
    if known is None:
        return
    async with database.transaction():
        row = await _MESSAGE.first(known.message_id, WAY) if known.message_id is not None else None
        state = S.REACHED if report.has_arrived else S.FAILED
        settled = await database.fetch_value(
            "UPDATE sms SET state = $2, carrier_code = $3, reported_at = $4, serial = $5 "
            f"WHERE id = $1 AND state IN ({_OPEN}) RETURNING id",
            known.id,
            state,
            report.carrier_code,
            clock.now(),
            report.serial,
        )
        if settled is None or row is None:
            return
        if report.has_arrived:
            if row.state in (MessageState.UNKNOWN, MessageState.SENDING):
                await outcomes.reached(row.id, row.way, Receipt(report.serial))
        elif row.state is not MessageState.FAILED:
            reason = f"短信没有送达（{report.carrier_code}）"
            if not await outcomes.went_on(row, WayEnd.REPORTED, reason, report.carrier_code[:20]):
                await outcomes.end(row, MessageState.FAILED, reason, report.carrier_code[:20])


async def _of(report: Report) -> _Known | None:
    """By its serial; else the one call to that number whose answer was lost."""
    known = await _BY_SERIAL.first(report.serial)
    if known is not None:
        return known
    lost = await _UNANSWERED.all(report.phone, clock.now() - SETTLED_BY_REPORT)
    if len(lost) == 1:
        return lost[0]
    # The answer of the call may have been kept between the two looks.
    return await _BY_SERIAL.first(report.serial)
