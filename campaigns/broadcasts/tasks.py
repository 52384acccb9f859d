"""A salesperson's task: remind them, or take their word that they cannot send it."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import notices, rules
from campaigns.broadcasts.errors import BatchNotFound, BroadcastNotFound, TooManyReminders
from campaigns.broadcasts.models import BatchState, Broadcast, SendBatch
from campaigns.broadcasts.syncing import enqueue_open
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.channels.wecom_mass import WECOM_MASS
from campaigns.scope import as_stores, stores_of, within
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.errors import IllegalMove, PlatformError
from foundation.logging import logger

_DAY: Final = timedelta(hours=24)


async def remind(actor: Actor, broadcast_id: int, batch_id: int) -> SendBatch:
    """Have WeCom remind the salesperson to confirm, as soon as it can be asked; one that is on its way is not doubled.

    Raises:
        TooManyReminders: three in the last 24 hours.
        IllegalMove: there is nothing to confirm (any more).
    """
    async with database.transaction():
        await _mine(actor, "campaigns.run", broadcast_id)
        batch = await SendBatch.select_for_update().get_or_none(id=batch_id, broadcast_id=broadcast_id)
        if batch is None:
            raise BatchNotFound
        if batch.state is not BatchState.CREATED or batch.confirmed_at is not None:
            raise IllegalMove(current_state=batch.state.value)
        if batch.reminder_owed_at is not None:
            return batch
        said = [datetime.fromisoformat(at) for at in batch.reminded_at]
        if not rules.may_remind(said, clock.now(), WECOM_MASS.reminders_per_day):
            raise TooManyReminders
        batch.reminded_at = [at.isoformat() for at in [*said, clock.now()] if clock.now() - at < _DAY]
        batch.reminder_owed_at = clock.now()
        await batch.save(update_fields=["reminded_at", "reminder_owed_at"])
        await UNFINISHED.hint([batch_id])
        return batch


async def give_reminder(batch_id: int) -> None:
    """Ask WeCom for a reminder that is owed, unless the task was confirmed or ended meanwhile.

    WeCom counts its own three, which may differ from ours by a moment; a call without an answer is not repeated, since
    the person may have been reminded.

    Raises:
        PlatformError: WeCom is busy or away; the reminder stays owed.
    """
    batch = await SendBatch.get(id=batch_id)
    if batch.reminder_owed_at is None:
        return
    if batch.state is BatchState.CREATED and batch.confirmed_at is None:
        try:
            await WECOM_MASS.remind(batch.message_id)
        except PlatformError as error:
            if error.is_retryable:
                raise
            logger.warning("mass_message_not_reminded", batch_id=batch_id, errcode=error.errcode)
    await SendBatch.filter(id=batch_id, reminder_owed_at=batch.reminder_owed_at).update(reminder_owed_at=None)


async def decline(actor: Actor, batch_id: int, version: int = 0) -> SendBatch:
    """The salesperson cannot send it; who planned it and who leads them are told. `version` is the card's.

    The task stays in WeCom until it ends: they may send it all the same.

    Raises:
        BatchNotFound: another's task.
        IllegalMove: they confirmed it, or it is over.
    """
    async with database.transaction():
        batch = await SendBatch.select_for_update().get_or_none(id=batch_id)
        if batch is None or actor.kind != "staff" or batch.staff_id != actor.id:
            raise BatchNotFound
        if batch.state is not BatchState.CREATED or batch.confirmed_at is not None:
            raise IllegalMove(current_state=batch.state.value)
        if batch.declined_at is None:
            batch.declined_at = clock.now()
            await batch.save(update_fields=["declined_at"])
            await notices.close_task(batch.id, "decline", actor.name)
            broadcast = await Broadcast.get(id=batch.broadcast_id)
            await notices.tell_declined(batch, broadcast, actor.name)
        return batch


async def sync_now(actor: Actor, broadcast_id: int) -> int:
    """Read the results at once and not with the next round; returns how many tasks are read."""
    async with database.transaction():
        await _mine(actor, "campaigns.run", broadcast_id)
        return await enqueue_open(broadcast_id)


async def _mine(actor: Actor, action: str, broadcast_id: int) -> Broadcast:
    broadcast = await Broadcast.get_or_none(id=broadcast_id)
    if broadcast is None or not within(as_stores(broadcast.store_ids), stores_of(actor, action)):
        raise BroadcastNotFound
    return broadcast
