"""The verbs on a transfer itself. Those that concern cars which wait are in the workshop's `transfers`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import StoreNotFound, store_of
from crm_core.parts import stock
from crm_core.parts.errors import (
    DifferenceUnexplained,
    EtaInThePast,
    MoreThanAsked,
    NothingToOrder,
    NotSoManyFree,
    PartNotFound,
    SameStore,
    TransferNotFound,
)
from crm_core.parts.models import Part
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.parts.transfers import notices, rules
from crm_core.parts.transfers.events import (
    TransferAgreed,
    TransferAsked,
    TransferEnded,
    TransferExpected,
    TransferFacts,
    TransferReceived,
    TransferSent,
)
from crm_core.parts.transfers.models import PartTransfer, PartTransferLine
from crm_core.parts.transfers.rules import TRANSFER_MOVES, PartTransferState
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

ACTION = "parts.transfer"


@dataclass(frozen=True)
class Asked:
    """A part by its number, and how many pieces of it are asked for."""

    part_number: str
    quantity: int


@dataclass(frozen=True)
class Counted:
    """How many pieces of a line arrived, the bin they were put into (by default where such pieces lie already), and why
    it is not what was sent.
    """

    line_id: int
    quantity: int
    bin: str | None = None
    reason: str = ""


async def ask(actor: Actor, to_store_id: int, from_store_id: int, lines: Sequence[Asked], note: str = "") -> int:
    """请调: ask another store for parts; returns the transfer's id. Nothing moves until that store agrees.

    Raises:
        SameStore, StoreNotFound, PartNotFound, NothingToOrder, NotAllowed.
    """
    authorise(actor, ACTION, subject(store_id=to_store_id))
    await store_of(to_store_id)
    giver = await store_of(from_store_id)
    if from_store_id == to_store_id:
        raise SameStore
    if not giver.is_live:
        raise StoreNotFound
    async with database.transaction():
        transfer = await PartTransfer.create(
            from_store_id=from_store_id,
            to_store_id=to_store_id,
            state=PartTransferState.ASKED,
            note=note,
            made_by=actor.id,
            made_at=clock.now(),
        )
        await _write_lines(transfer.id, lines)
        pieces = sum(line.quantity for line in lines)
        await record(TransferAsked(**_facts(actor, transfer), from_store=giver.short_name, pieces=pieces))
        await notices.tell_giver(transfer, "asked")
        transfer_id: int = transfer.id
        return transfer_id


async def take(actor: Actor, transfer_id: int, *, expected_version: int, is_giver: bool) -> PartTransfer:
    """Lock a transfer for a verb of its giving store, or of the asking one.

    Raises:
        TransferNotFound, NotAllowed, StaleVersion.
    """
    transfer = await PartTransfer.select_for_update().get_or_none(id=transfer_id)
    if transfer is None:
        raise TransferNotFound
    authorise(actor, ACTION, subject(store_id=transfer.from_store_id if is_giver else transfer.to_store_id))
    if transfer.version != expected_version:
        raise StaleVersion(current_version=transfer.version, current_state=transfer.state.value)
    return transfer


async def lines_of(transfer: PartTransfer) -> list[PartTransferLine]:
    """Its lines in the order of their ids; the lock of their transfer is theirs."""
    return await PartTransferLine.filter(transfer_id=transfer.id).order_by("id")


async def lock_both(transfer: PartTransfer, lines: Sequence[PartTransferLine]) -> None:
    """Lock the stock of the lines in both stores."""
    await stock.lock(transfer.to_store_id, [line.part_id for line in lines], and_store_id=transfer.from_store_id)


async def agree(
    actor: Actor,
    transfer: PartTransfer,
    lines: Sequence[PartTransferLine],
    given: Mapping[int, int],
    eta: datetime,
) -> None:
    """同意: set pieces aside for the other store, by default all that were asked for (`given` by line).

    Raises:
        MoreThanAsked: more than that, or none at all.
        NotSoManyFree: the store has not so many that nobody else is promised.
        EtaInThePast, IllegalMove.
    """
    _move(transfer, "agree")
    _require_ahead(eta)
    agreed = {line.id: given.get(line.id, line.quantity) for line in lines}
    if not rules.is_acceptable((line.quantity, agreed[line.id]) for line in lines):
        raise MoreThanAsked
    for line in lines:
        line.given = agreed[line.id]
        if line.given and not await stock.set_aside(transfer.from_store_id, line.part_id, line.given):
            raise NotSoManyFree
        await line.save()
    transfer.eta, transfer.decided_by = eta, actor.id
    await _save(transfer)
    await record(TransferAgreed(**_facts(actor, transfer), pieces=sum(agreed.values()), eta=eta))
    await notices.tell_asker(transfer, "agreed")


async def expect(actor: Actor, transfer: PartTransfer, eta: datetime, reason: str) -> None:
    """改到店时间.

    Raises:
        EtaInThePast, IllegalMove.
    """
    _move(transfer, "expect")
    _require_ahead(eta)
    transfer.eta, transfer.answer = eta, reason
    await _save(transfer)
    await record(TransferExpected(**_facts(actor, transfer), eta=eta, reason=reason))


async def send(actor: Actor, transfer: PartTransfer, lines: Sequence[PartTransferLine]) -> None:
    """发出: what was set aside leaves the shelf, with what it cost on average. It is in transit until it is counted.

    Raises:
        NotSoManyFree: what was set aside is not there any more.
        IllegalMove.
    """
    _move(transfer, "send")
    for line in lines:
        if line.given:
            cause = Cause(StockMoveKind.TRANSFER_OUT, _about(transfer), actor.id)
            line.cost_fen = await stock.average(transfer.from_store_id, line.part_id)
            if not await stock.hand_out(transfer.from_store_id, line.part_id, line.given, cause):
                raise NotSoManyFree
            await line.save()
    transfer.sent_by, transfer.sent_at = actor.id, clock.now()
    await _save(transfer)
    await record(TransferSent(**_facts(actor, transfer), pieces=_given(lines)))
    await notices.tell_asker(transfer, "sent")


async def receive(
    actor: Actor, transfer: PartTransfer, lines: Sequence[PartTransferLine], counted: Sequence[Counted]
) -> None:
    """收货: what was counted goes on the shelf at its cost; a line nobody counted came as it was sent.

    Raises:
        DifferenceUnexplained: other than what was sent arrived, and nobody said why.
        TransferNotFound: a line is of another transfer.
        IllegalMove.
    """
    _move(transfer, "receive")
    by_line = {each.line_id: each for each in counted}
    if not by_line.keys() <= {line.id for line in lines}:
        raise TransferNotFound
    for line in lines:
        sent = line.given or 0
        each = by_line.get(line.id) or Counted(line.id, sent)
        line.received, line.reason = each.quantity, each.reason
        if rules.needs_reason(sent, each.quantity) and not each.reason:
            raise DifferenceUnexplained("少到或多到的，要写原因。")
        if each.quantity:
            cause = Cause(StockMoveKind.TRANSFER_IN, _about(transfer), actor.id, line.cost_fen)
            await stock.put_in(transfer.to_store_id, line.part_id, each.quantity, cause, each.bin)
        await line.save()
    transfer.received_by, transfer.ended_at = actor.id, clock.now()
    await _save(transfer)
    sent, pieces = _given(lines), sum(line.received or 0 for line in lines)
    await record(TransferReceived(**_facts(actor, transfer), sent=sent, pieces=pieces))
    if any(rules.needs_reason(line.given or 0, line.received or 0) for line in lines):
        await notices.tell_giver(transfer, "differs")


async def end(
    actor: Actor, transfer: PartTransfer, lines: Sequence[PartTransferLine], reason: str, *, is_refused: bool
) -> None:
    """不调了: the giving store refuses, or the asking one calls it off. What was set aside is free again.

    Raises:
        IllegalMove: it is on its way already.
    """
    was_agreed = transfer.state is PartTransferState.AGREED
    _move(transfer, "refuse" if is_refused else "cancel")
    if was_agreed:
        for line in lines:
            if line.given:
                await stock.give_up(transfer.from_store_id, line.part_id, line.given)
    transfer.answer, transfer.ended_at = reason, clock.now()
    if is_refused:
        transfer.decided_by = actor.id
    await _save(transfer)
    await record(TransferEnded(**_facts(actor, transfer), is_refused=is_refused, reason=reason))
    if is_refused:
        await notices.tell_asker(transfer, "refused")


async def _write_lines(transfer_id: int, lines: Sequence[Asked]) -> None:
    if not lines:
        raise NothingToOrder("调拨单里还没有配件。")
    numbers = {line.part_number for line in lines}
    parts = {part.number: part.id for part in await Part.filter(number__in=list(numbers), is_active=True)}
    if numbers != parts.keys() or len(numbers) != len(lines):
        raise PartNotFound
    await PartTransferLine.bulk_create(
        PartTransferLine(transfer_id=transfer_id, part_id=parts[line.part_number], quantity=line.quantity)
        for line in lines
    )


def _given(lines: Sequence[PartTransferLine]) -> int:
    return sum(line.given or 0 for line in lines)


def _require_ahead(eta: datetime) -> None:
    if eta <= clock.now():
        raise EtaInThePast


def _facts(actor: Actor, transfer: PartTransfer) -> TransferFacts:
    return TransferFacts(actor=str(actor), store_id=transfer.to_store_id, transfer_id=transfer.id)


def _about(transfer: PartTransfer) -> Ref:
    return Ref("part_transfer", transfer.id)


def _move(transfer: PartTransfer, action: str) -> None:
    transfer.state = next_state(TRANSFER_MOVES, transfer.state, action)


async def _save(transfer: PartTransfer) -> None:
    transfer.version += 1
    await transfer.save()
