"""Renewing an unconfirmed task that contains somebody who may not be sent to any more: it is made again without them.

They may have opted out, complained, booked, come, ended the friendship, or been handed over to a colleague (`heirs`),
or their quiet hours have begun (`putting_off`). WeCom cannot take a single person out of a task, only stop it as a
whole (doc 97610). So the task is stopped, its results are read, and the people who were not sent to go into a new send
task, for which the whole list of reasons is checked before it is made.

A stop line takes a task back in the same way; the new send task then waits until the broadcast is resumed. Events make
this happen at once, and each time the results of a waiting task are read, the list is checked too (`look_again`).
"""

from campaigns.broadcasts import asking, ending, notices, putting_off, substitutes
from campaigns.broadcasts.adding import add_task, next_number
from campaigns.broadcasts.models import RecipientState, SendTaskState
from campaigns.broadcasts.rows import ITS_TASK, OF_TASK, TaskInHand, found, key_of, locked
from campaigns.broadcasts.rules import OVER
from campaigns.broadcasts.unfinished import UNFINISHED
from foundation import database
from foundation.events import Event
from foundation.reading import literals


async def on_change(event: Event) -> None:
    """Queue a job for each unconfirmed task that contains the person of the event or the owner of their car, in the
    event's transaction.

    A task that is just being made is checked as soon as it exists (`dispatch`).
    """
    rows = await database.fetch(
        f"SELECT DISTINCT b.id FROM broadcast_recipient r JOIN send_task b ON {ITS_TASK} "
        "WHERE r.customer_id = ANY(array_append(ARRAY("
        "  SELECT o.customer_id FROM ownership o WHERE o.vehicle_id = $2 AND o.until_on IS NULL), $1::bigint)) "
        f"AND r.state = {literals(RecipientState.TASKED)} AND b.state = {literals(SendTaskState.CREATED)}",
        event.customer_id,
        getattr(event, "vehicle_id", None),
    )
    await UNFINISHED.hint([row["id"] for row in rows])


async def look_again(send_task_id: int) -> None:
    """Check a waiting task; renew it if somebody must be left out, if colleagues are to send to some of its people, if
    its broadcast was stopped, or if it was being stopped when a worker died.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    send_task = await found(send_task_id)
    if send_task is None or send_task.state is not SendTaskState.CREATED or send_task.is_final:
        return
    is_asked = send_task.confirmed_at is None and await substitutes.are_asked(send_task_id)
    is_stopped = send_task.stopping_at is not None or send_task.stopped_at is not None
    is_changed = await asking.must_leave_out(send_task) or await putting_off.must_part(send_task)
    if is_asked or is_stopped or is_changed:
        await renew(send_task_id)


async def renew(send_task_id: int) -> None:
    """Stop a task on the platform, read its results, and put the people who were not sent to into a new send task.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    if not await ending.stop_on_platform(send_task_id):
        return
    async with database.transaction():
        await move_rest(await locked(send_task_id))


async def move_rest(send_task: TaskInHand) -> None:
    """Move the people who were not sent to into a new send task, in the running transaction. The caller has locked the
    send task and stopped it on the platform.
    """
    send_task_id = send_task.id
    if send_task.state is not SendTaskState.CREATED:
        return
    if send_task.broadcast_state in OVER:
        await ending.drop_rest(send_task_id)
        return
    passed = await substitutes.pass_on(send_task, RecipientState.TASKED)
    number = await next_number(send_task.broadcast_id, send_task.staff_id)
    moved = await database.fetch(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.QUEUED)}, contacted_on = NULL, "
        f"  task_number = $4 WHERE {OF_TASK} AND state = {literals(RecipientState.TASKED)} RETURNING id",
        *key_of(send_task),
        number,
    )
    await ending.close(send_task_id)
    outcome = "renewed" if moved or not passed else "passed"
    await notices.close_task(send_task_id, outcome if send_task.stopped_at is None else "stopped", "系统")
    if moved:
        await add_task(send_task, send_task.staff_id, number, len(moved))
