"""The read models of messages to customers for the pages of this room."""

from datetime import datetime
from typing import Final

from crm_core.customers.models import IdentityKind
from crm_core.messaging.models import MessageState
from crm_core.messaging.rows import REACHED_NOBODY, InHand, columns_of
from crm_core.telling.matters import CAR, PLATE, WHOSE
from foundation.reading import Query, literals, read_model

_HAS_ACCOUNT: Final = (
    "EXISTS (SELECT FROM identity i WHERE i.customer_id = m.customer_id "
    f"AND i.kind = {literals(IdentityKind.OPENID)}) AS has_account"
)


@read_model
class Said(InHand):
    """A message about a thing, with the phone call made instead of it, if any."""

    has_account: bool
    """Whether the customer ever signed in to the mini program."""
    sent_at: datetime | None
    called_at: datetime | None
    note: str
    called_by: str
    asked: str
    """The name of the advisor whom a card asked to phone; empty when none was asked."""


@read_model
class Unreached(InHand):
    """A message that reached nobody, with what the person who phones needs to know."""

    has_account: bool
    advisor_id: int | None
    advisor: str | None
    repair_order_id: int | None
    customer_name: str
    phone: str | None
    plate: str
    series: str


SAID_ABOUT: Final = Query(
    Said,
    f"SELECT {columns_of(InHand, 'm')}, {_HAS_ACCOUNT}, m.sent_at, p.called_at, coalesce(p.note, '') AS note, "
    "  coalesce(s.name, '') AS called_by, coalesce(a.name, '') AS asked FROM message m "
    "LEFT JOIN phone_call p ON p.message_id = m.id LEFT JOIN staff s ON s.id = p.staff_id "
    f"LEFT JOIN message card ON card.dedupe_key = 'message:' || m.id || ':phone' "
    f"  AND card.state = {literals(MessageState.SENT)} "
    "LEFT JOIN staff a ON a.id = card.staff_id "
    "WHERE m.about = $1 AND m.customer_id IS NOT NULL ORDER BY m.id DESC LIMIT 20",
)
UNREACHED: Final = Query(
    Unreached,
    f"SELECT DISTINCT ON (m.about) {columns_of(InHand, 'm')}, {_HAS_ACCOUNT}, w.advisor_id, w.repair_order_id, "
    f"  c.name AS customer_name, c.phone, {PLATE} AS plate, d.series, s.name AS advisor "
    f"FROM message m JOIN ({WHOSE}) w ON w.kind = split_part(m.about, ':', 1) "
    "  AND w.id = CASE WHEN m.about ~ ':[0-9]+$' THEN split_part(m.about, ':', 2)::bigint END "
    f"JOIN customer c ON c.id = m.customer_id {CAR} LEFT JOIN staff s ON s.id = w.advisor_id "
    f"WHERE m.state IN ({REACHED_NOBODY}) AND m.created_at >= $2 AND w.store_id = $1 AND m.template = ANY($4) "
    "  AND ($3::bigint IS NULL OR w.advisor_id = $3) "
    "  AND NOT EXISTS (SELECT FROM phone_call p WHERE p.message_id = m.id) ORDER BY m.about, m.id DESC",
)
