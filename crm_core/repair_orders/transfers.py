"""调拨 for the workshop: what a transfer does to the cars that wait for its parts in the asking store.

Locks: the transfer, the repair orders by id, the stock of both stores by part, the lines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor, system
from crm_core.parts.transfers import service as transfers
from crm_core.parts.transfers.models import PartTransfer, PartTransferLine
from crm_core.parts.transfers.service import Counted
from crm_core.repair_orders.waiting_cars import MOVED, WaitingCars
from foundation import database

_FOR_THE_GIVER: Final = system("parts")
"""Who gives parts may change nothing in the other store; that its cars have another time is the system's doing."""
AGREED: Final = "配件从兄弟门店调来"
"""The reason of a new promise as the owner reads it."""


async def agree_to_transfer(
    actor: Actor, transfer_id: int, given: Mapping[int, int], eta: datetime, *, expected_version: int
) -> None:
    """同意调出: the pieces (by line) are set aside, and the cars that wait for them have a time.

    Raises:
        TransferNotFound, MoreThanAsked, NotSoManyFree, EtaInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        transfer = await transfers.take(actor, transfer_id, expected_version=expected_version, is_giver=True)
        lines = await transfers.lines_of(transfer)
        waiting = await _waiting(_FOR_THE_GIVER, transfer, lines)
        await transfers.agree(actor, transfer, lines, given, eta)
        await waiting.tell_times(AGREED)


async def expect_transfer(actor: Actor, transfer_id: int, eta: datetime, reason: str, *, expected_version: int) -> None:
    """改到店时间. Promises that cannot be kept move, and the owner is told why before they ask.

    Raises:
        TransferNotFound, EtaInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        transfer = await transfers.take(actor, transfer_id, expected_version=expected_version, is_giver=True)
        waiting = await _waiting(_FOR_THE_GIVER, transfer, await transfers.lines_of(transfer))
        await transfers.expect(actor, transfer, eta, reason)
        await waiting.tell_times(MOVED)


async def send_transfer(actor: Actor, transfer_id: int, *, expected_version: int) -> None:
    """发出: the pieces leave the shelf and are in transit.

    Raises:
        TransferNotFound, NotSoManyFree, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        transfer = await transfers.take(actor, transfer_id, expected_version=expected_version, is_giver=True)
        lines = await transfers.lines_of(transfer)
        await transfers.lock_both(transfer, lines)
        await transfers.send(actor, transfer, lines)


async def receive_transfer(
    actor: Actor, transfer_id: int, counted: Sequence[Counted], *, expected_version: int
) -> None:
    """收货: what was counted goes on the shelf; whoever waits for it in the workshop has theirs set aside, in the order
    of their promises. Those it does not reach wait for another delivery, if there is one.

    Raises:
        TransferNotFound, DifferenceUnexplained, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        transfer = await transfers.take(actor, transfer_id, expected_version=expected_version, is_giver=False)
        lines = await transfers.lines_of(transfer)
        waiting = await _waiting(actor, transfer, lines)
        await transfers.receive(actor, transfer, lines, counted)
        await waiting.serve({line.part_id for line in lines if line.received})
        await waiting.tell_times(MOVED)


async def refuse_transfer(actor: Actor, transfer_id: int, reason: str, *, expected_version: int) -> None:
    """不同意: nothing moves; what was set aside is free again.

    Raises:
        TransferNotFound, IllegalMove, StaleVersion.
    """
    await _end(actor, transfer_id, reason, expected_version=expected_version, is_refused=True)


async def cancel_transfer(actor: Actor, transfer_id: int, *, expected_version: int) -> None:
    """不调了: the asking store needs them no longer.

    Raises:
        TransferNotFound, IllegalMove, StaleVersion.
    """
    await _end(actor, transfer_id, "", expected_version=expected_version, is_refused=False)


async def _end(actor: Actor, transfer_id: int, reason: str, *, expected_version: int, is_refused: bool) -> None:
    async with database.transaction():
        transfer = await transfers.take(actor, transfer_id, expected_version=expected_version, is_giver=is_refused)
        lines = await transfers.lines_of(transfer)
        waiting = await _waiting(_FOR_THE_GIVER if is_refused else actor, transfer, lines)
        await transfers.end(actor, transfer, lines, reason, is_refused=is_refused)
        await waiting.tell_times(MOVED)


async def _waiting(actor: Actor, transfer: PartTransfer, lines: Sequence[PartTransferLine]) -> WaitingCars:
    part_ids = [line.part_id for line in lines]
    return await WaitingCars.locked(actor, transfer.to_store_id, part_ids, and_store_id=transfer.from_store_id)
