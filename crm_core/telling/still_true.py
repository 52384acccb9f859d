"""The condition under which an advisor is still asked to phone."""

from typing import Final

from crm_core.messaging.conditions import Said, condition, holds
from crm_core.messaging.rows import REACHED_NOBODY, InHand, columns_of
from crm_core.telling.queries import may_be_phoned
from foundation.reading import Query

_TO_PHONE: Final = Query(
    InHand,
    f"SELECT {columns_of(InHand, 'm')} FROM message m WHERE m.id = $1 AND m.state IN ({REACHED_NOBODY}) "
    "AND NOT EXISTS (SELECT FROM phone_call p WHERE p.message_id = m.id)",
)


@condition
async def phone_call_is_owed(said: Said) -> bool:
    """Whether the message reached nobody, what it says is still true, and nobody has phoned."""
    row = await _TO_PHONE.first(said.matter_id)
    return row is not None and may_be_phoned(row.template, row.variant) and await holds(row)
