"""Reads what customers were told about a thing, and whom to phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.customers.models import IdentityKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.messaging.chains import chain_of
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import MessageState
from crm_core.messaging.service import title_of
from crm_core.messaging.ways import ReasonCode, label_of
from crm_core.telling import ahead
from crm_core.telling.ahead import WayAhead
from crm_core.telling.matters import matter
from crm_core.telling.rows import SAID_ABOUT, UNREACHED, Said, Unreached
from crm_core.wording.catalogue import catalogue
from foundation import clock, database
from foundation.reading import literals
from foundation.refs import Ref

LOOK_BACK: Final = timedelta(days=7)
"""Nobody is asked to phone about a message that is older than this."""
MOST: Final = 200
PHONE: Final = "PHONE"
"""The name of the stand-in with which a chain ends in a phone call."""


class ToldState(StrEnum):
    """The state of a message as staff see it."""

    ON_ITS_WAY = "ON_ITS_WAY"
    ARRIVED = "ARRIVED"
    NOT_REACHED = "NOT_REACHED"
    CALLED = "CALLED"
    """It could not be delivered, and somebody phoned."""
    OUT_OF_DATE = "OUT_OF_DATE"
    """What it says changed before it was sent; nothing has to be done."""


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
    """When it arrived or when somebody phoned, else when the verb said it."""
    by: str
    """The channel by which it arrived, as staff call it; empty otherwise."""
    reason: str
    """Why it did not arrive, in words for staff; empty otherwise."""
    advice: str
    """What to do instead; empty when there is nothing to do."""
    asked: str
    """The name of the advisor whom a card asked to phone; empty when none was asked."""
    called_by: str
    note: str


@dataclass(frozen=True)
class ToldAbout:
    """What the customer was told about a thing, the newest first."""

    has_mini_program: bool
    """Whether they ever signed in to the mini program. If not, they can see nothing that we write there."""
    messages: list[Told]
    ahead: list[WayAhead]
    """Of an order: how its owner will be told what may still come."""


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
    """The full number; the endpoint masks it."""
    plate: str
    series: str
    advisor_id: int | None
    advisor: str | None
    since: datetime
    reason: str


async def told_about(actor: Actor, kind: str, number: int) -> ToldAbout:
    """What the customer of a thing was told about it.

    Raises:
        MatterNotFound: the thing does not exist.
        NotAllowed: the actor may not read messages of its store.
    """
    thing = await matter(kind, number)
    authorise(actor, "messages.read", subject(store_id=thing.store_id))
    rows = await SAID_ABOUT.all(Ref(kind, number))
    has_account = await database.fetch_value(
        f"SELECT EXISTS (SELECT FROM identity WHERE customer_id = $1   AND kind = {literals(IdentityKind.OPENID)})",
        thing.customer_id,
    )
    coming = await ahead.of_order(number) if kind == "repair_order" else []
    return ToldAbout(bool(has_account), [await _told(row) for row in rows], coming)


async def to_call(actor: Actor, store_id: int, *, only_mine: bool = False) -> list[ToCall]:
    """The customers whom the store has to phone, longest waiting first, with one entry per thing.

    `only_mine`: only things whose advisor is the actor.

    Raises:
        NotAllowed: the actor may not read messages of the store.
    """
    authorise(actor, "messages.read", subject(store_id=store_id))
    rows = await UNREACHED.all(
        store_id,
        clock.now() - LOOK_BACK,
        actor.id if only_mine else None,
        [message.name for message in catalogue() if any(way.by == PHONE for way in message.meta.ways)],
    )
    waiting = [row for row in sorted(rows, key=lambda row: row.id) if may_be_phoned(row.template, row.variant)]
    return [_to_call(row) for row in waiting[:MOST] if await holds(row)]


def may_be_phoned(template: str, variant: str) -> bool:
    """Whether somebody should phone when this message cannot be delivered: its chain then ends with PHONE."""
    return any(stand_in.name == PHONE for stand_in in chain_of(template, variant).stand_ins)


async def _told(row: Said) -> Told:
    state, reason, advice = _STATES[row.state], "", ""
    if row.called_at is not None:
        state = ToldState.CALLED
    elif state is ToldState.NOT_REACHED:
        reason = _reason(row)
        advice = await _advice(row)
    return Told(
        message_id=row.id,
        topic=row.template,
        variant=row.variant,
        title=title_of(catalogue().message(row.template)),
        state=state,
        at=row.called_at or row.sent_at or row.created_at,
        by=label_of(row.channel) if state is ToldState.ARRIVED else "",
        reason=reason,
        advice=advice,
        asked=row.asked if advice else "",
        called_by=row.called_by,
        note=row.note,
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


def _reason(row: Said | Unreached) -> str:
    if row.reason_code is not ReasonCode.NO_ALLOWANCE:
        return row.reason
    return "没有订阅这类微信通知" if row.has_account else "没有登录过小程序"


async def _advice(row: Said) -> str:
    if not may_be_phoned(row.template, row.variant) or not await holds(row):
        return ""
    return "收不到微信通知，请打电话"


def _to_call(row: Unreached) -> ToCall:
    assert row.customer_id is not None
    return ToCall(
        message_id=row.id,
        title=title_of(catalogue().message(row.template)),
        about=row.about,
        repair_order_id=row.repair_order_id,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        phone=row.phone,
        plate=row.plate,
        series=row.series,
        advisor_id=row.advisor_id,
        advisor=row.advisor,
        since=row.created_at,
        reason=_reason(row),
    )
