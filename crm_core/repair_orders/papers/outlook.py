"""What follows from agreeing to some items of a sheet of additional work, told before the owner decides."""

from collections.abc import Collection
from datetime import datetime

from crm_core.repair_orders.deductible_rules import owners_fen
from crm_core.repair_orders.errors import LineNotFound
from crm_core.repair_orders.house import open_time_of
from crm_core.repair_orders.papers.queries import AdditionalWorkSheet
from crm_core.repair_orders.promise_rules import promised_with
from crm_core.repair_orders.queries import ReadersPart
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.reading import Query, read_model

_NOT_AGREED = frozenset({LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED})


@read_model
class Outlook:
    """If the reader agrees to some items: the sum of all agreed items of the sheet in fen, when the car would be ready,
    and whether their limit allows it.
    """

    agreed: int
    total_fen: int
    promised_at: datetime | None
    is_within_limit: bool


@read_model
class _Where:
    """The store that works on an order."""

    store_id: int


_WHERE = Query(_Where, "SELECT store_id FROM repair_order WHERE id = $1")


async def outlook(sheet: AdditionalWorkSheet, part: ReadersPart, line_ids: Collection[int]) -> Outlook:
    """What follows from agreeing to these items besides those that are agreed already.

    Raises:
        LineNotFound: the sheet has no such item.
    """
    if not set(line_ids) <= {item.line_id for item in sheet.items}:
        raise LineNotFound
    added = [item for item in sheet.items if item.line_id in line_ids and item.state is LineState.PROPOSED]
    before = [item for item in sheet.items if item.state not in _NOT_AGREED]
    asked_fen, before_fen = (
        sum(owners_fen(item.payer, item.labour_fen + item.parts_fen, item.deductible_fen) for item in items)
        for items in (added, before)
    )
    minutes = sum(item.minutes for item in added)
    return Outlook(
        agreed=len(added) + len(before),
        total_fen=asked_fen + before_fen,
        promised_at=await _promised_with(sheet, minutes),
        is_within_limit=part.may_agree(asked_fen),
    )


async def _promised_with(sheet: AdditionalWorkSheet, minutes: int) -> datetime | None:
    if sheet.promised_at is None or not minutes:
        return sheet.promised_at
    where = await _WHERE.first(sheet.repair_order_id)
    assert where is not None, "the sheet is one of its sheets"
    return promised_with(sheet.promised_at, minutes, clock.now(), await open_time_of(where.store_id))
