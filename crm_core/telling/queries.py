"""Reading whether people were told, and whom to phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from crm_core.messaging.conditions import holds
from crm_core.messaging.delivery import NO_ALLOWANCE
from crm_core.messaging.models import MessageState
from crm_core.messaging.service import title_of
from crm_core.telling.matters import WHOSE, matter
from crm_core.wording.catalogue import catalogue
from foundation import clock, database

LOOK_BACK: Final = timedelta(days=7)
"""A message that could not arrive longer ago is nobody's call any more."""
MOST: Final = 200
_HAS_ACCOUNT: Final = (
    "EXISTS (SELECT FROM identity i WHERE i.customer_id = m.customer_id AND i.kind = 'OPENID') AS has_account"
)


class ToldState(StrEnum):
    """Where a message is, as staff ask for it."""

    ON_ITS_WAY = "ON_ITS_WAY"
    ARRIVED = "ARRIVED"
    NOT_REACHED = "NOT_REACHED"
    CALLED = "CALLED"
    """It could not arrive, and somebody phoned."""
    OUT_OF_DATE = "OUT_OF_DATE"
    """What it says changed before it left; nothing is to be done."""


@dataclass(frozen=True)
class Told:
    """One message to the customer about a thing."""

    message_id: int
    topic: str
    """The message's folder, such as `bill_due`."""
    variant: str
    title: str
    state: ToldState
    at: datetime
    """When it arrived, when somebody phoned, else when it was to be said."""
    reason: str
    """Why it did not arrive, in words for staff; empty otherwise."""
    advice: str
    """What to do instead; empty when there is nothing to do."""
    called_by: str
    note: str


@dataclass(frozen=True)
class ToldAbout:
    """What the customer was told about a thing, the newest first."""

    has_mini_program: bool
    """Whether they ever signed in there: else nothing we write there is seen."""
    messages: list[Told]


@dataclass(frozen=True)
class ToCall:
    """A person to phone: we could not reach them."""

    message_id: int
    title: str
    about: str
    repair_order_id: int | None
    customer_id: int
    customer_name: str
    phone: str | None
    """As kept; the door masks it."""
    plate: str
    series: str
    advisor_id: int | None
    advisor: str | None
    since: datetime
    reason: str


async def told_about(actor: Actor, kind: str, number: int) -> ToldAbout:
    """What the customer of a thing was told about it.

    Raises:
        MatterNotFound, NotAllowed.
    """
    thing = await matter(kind, number)
    authorize(actor, "messages.read", subject(store_id=thing.store_id))
    rows = await database.fetch(
        f"SELECT m.*, {_HAS_ACCOUNT}, p.called_at, p.note, coalesce(s.name, '') AS called_by FROM message m "
        "LEFT JOIN phone_call p ON p.message_id = m.id LEFT JOIN staff s ON s.id = p.staff_id "
        "WHERE m.about = $1 AND m.customer_id IS NOT NULL ORDER BY m.id DESC LIMIT 20",
        f"{kind}:{number}",
    )
    has_account = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM identity WHERE customer_id = $1 AND kind = 'OPENID')", thing.customer_id
    )
    return ToldAbout(bool(has_account), [await _told(row) for row in rows])


async def to_call(actor: Actor, store_id: int, *, only_mine: bool = False) -> list[ToCall]:
    """Whom somebody of the store has to phone, the one waiting longest first; one line for each thing.

    Raises:
        NotAllowed.
    """
    authorize(actor, "messages.read", subject(store_id=store_id))
    rows = await database.fetch(
        f"SELECT DISTINCT ON (m.about) m.*, {_HAS_ACCOUNT}, w.advisor_id, w.repair_order_id, c.name AS customer_name, "
        "  c.phone, v.plate, d.series, s.name AS advisor "
        "FROM message m JOIN ("
        f"{WHOSE}) w ON w.kind = split_part(m.about, ':', 1) "
        "  AND w.id = CASE WHEN m.about ~ ':[0-9]+$' THEN split_part(m.about, ':', 2)::bigint END "
        "JOIN customer c ON c.id = m.customer_id JOIN vehicle v ON v.id = w.vehicle_id "
        "JOIN vehicle_model d ON d.id = v.model_id LEFT JOIN staff s ON s.id = w.advisor_id "
        "WHERE m.state IN ('FAILED', 'SKIPPED') AND m.created_at >= $2 AND w.store_id = $1 AND m.template = ANY($4) "
        "  AND ($3::bigint IS NULL OR w.advisor_id = $3) "
        "  AND NOT EXISTS (SELECT FROM phone_call p WHERE p.message_id = m.id) ORDER BY m.about, m.id DESC",
        store_id,
        clock.now() - LOOK_BACK,
        actor.id if only_mine else None,
        [message.name for message in catalogue() if message.meta.by_phone],
    )
    waiting = [row for row in sorted(rows, key=lambda row: row["id"]) if may_be_phoned(row)]
    return [_to_call(row) for row in waiting[:MOST] if await holds(row)]


def may_be_phoned(row: Mapping[str, Any]) -> bool:
    """Whether this message is worth a call when it cannot arrive."""
    by_phone = catalogue().message(row["template"]).meta.by_phone
    return by_phone if isinstance(by_phone, bool) else row["variant"] in by_phone


async def _told(row: Mapping[str, Any]) -> Told:
    state, reason, advice = _STATES[MessageState(row["state"])], "", ""
    if row["called_at"] is not None:
        state = ToldState.CALLED
    elif state is ToldState.NOT_REACHED:
        reason = _reason(row)
        advice = await _advice(row)
    return Told(
        message_id=row["id"],
        topic=row["template"],
        variant=row["variant"],
        title=title_of(catalogue().message(row["template"])),
        state=state,
        at=row["called_at"] or row["sent_at"] or row["created_at"],
        reason=reason,
        advice=advice,
        called_by=row["called_by"],
        note=row["note"] or "",
    )


_STATES: Final = {
    MessageState.PENDING: ToldState.ON_ITS_WAY,
    MessageState.SENDING: ToldState.ON_ITS_WAY,
    MessageState.UNKNOWN: ToldState.ON_ITS_WAY,
    MessageState.SENT: ToldState.ARRIVED,
    MessageState.FAILED: ToldState.NOT_REACHED,
    MessageState.SKIPPED: ToldState.NOT_REACHED,
    MessageState.STALE: ToldState.OUT_OF_DATE,
}


def _reason(row: Mapping[str, Any]) -> str:
    if row["reason"] != NO_ALLOWANCE:
        return str(row["reason"])
    return "没有订阅这类微信通知" if row["has_account"] else "没有登录过小程序"


async def _advice(row: Mapping[str, Any]) -> str:
    if not may_be_phoned(row) or not await holds(row):
        return ""
    return "收不到微信通知，请打电话"


def _to_call(row: Mapping[str, Any]) -> ToCall:
    return ToCall(
        message_id=row["id"],
        title=title_of(catalogue().message(row["template"])),
        about=row["about"],
        repair_order_id=row["repair_order_id"],
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        phone=row["phone"],
        plate=row["plate"],
        series=row["series"],
        advisor_id=row["advisor_id"],
        advisor=row["advisor"],
        since=row["created_at"],
        reason=_reason(row),
    )
