"""Going on to the next way: people whom their way did not reach, or nobody has sent to in time, are sent to by the next
way that reaches them (`ways`).

Whoever was sent to never goes on, nor does anybody who may have been: an unconfirmed task is stopped on the platform,
and its results are read, before its people go on; who was called without an answer that will ever come stays where they
are. Everybody who goes on is asked all reasons again.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from campaigns.broadcasts import ending, leaving_out, rows, ways
from campaigns.broadcasts.freezing import make_tasks
from campaigns.broadcasts.models import LATE, Broadcast, RecipientState, SendTaskState
from campaigns.broadcasts.rows import ITS_TASK, OF_TASK, TaskInHand, key_of
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.broadcasts.ways import MISSED, Way
from campaigns.mass_channels import channel_of
from campaigns.reachability import reach_sql
from campaigns.sql import Parameters, asked_now
from foundation import clock, database
from foundation.reading import literals

_WAITING: Final = {SendTaskState.PENDING: RecipientState.QUEUED, SendTaskState.CREATED: RecipientState.TASKED}

_NOT_SENT: Final = literals(RecipientState.QUEUED, RecipientState.TASKED)
_LEFT: Final = (
    "INSERT INTO broadcast_way_left (broadcast_id, way, why, people) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (broadcast_id, way, why) DO UPDATE SET people = broadcast_way_left.people + excluded.people"
)
_PLACE: Final = f"""
WITH reached AS ({{reach}}), sure AS (
  SELECT DISTINCT s.phone, s.name FROM broadcast_recipient t JOIN customer s ON s.id = t.customer_id
  WHERE t.broadcast_id = {{broadcast}}
    AND t.state IN ({literals(RecipientState.QUEUED, RecipientState.TASKED, RecipientState.SENT)})
    AND t.customer_id NOT IN (SELECT customer_id FROM reached)
), picked AS (
  SELECT q.customer_id, q.staff_id, q.address, coalesce(b.way, r.way) AS was_on,
    CASE WHEN r.state IN ({_NOT_SENT}) THEN '{LATE}' WHEN r.reason <> '' THEN r.reason ELSE r.state END AS why,
    coalesce(taken.next, 0)
    + (row_number() OVER (PARTITION BY q.staff_id ORDER BY q.customer_id) - 1) / {{task_size}} AS number
  FROM reached q JOIN customer me ON me.id = q.customer_id
  JOIN broadcast_recipient r ON r.broadcast_id = {{broadcast}} AND r.customer_id = q.customer_id
  LEFT JOIN send_task b ON {ITS_TASK}
  LEFT JOIN sure ON sure.phone = me.phone AND sure.name = me.name
  LEFT JOIN (SELECT staff_id, max(number) + 1 AS next FROM send_task WHERE broadcast_id = {{broadcast}}
             GROUP BY staff_id) taken ON taken.staff_id IS NOT DISTINCT FROM q.staff_id
  WHERE q.reason = '' AND sure.phone IS NULL
)
UPDATE broadcast_recipient r SET state = {literals(RecipientState.QUEUED)}, reason = '', contacted_on = NULL,
  way = {{way}}, is_b = false, staff_id = p.staff_id, task_number = p.number, address = p.address
FROM picked p WHERE r.broadcast_id = {{broadcast}} AND r.customer_id = p.customer_id RETURNING p.was_on, p.why
"""


async def fall(broadcast_id: int) -> None:
    """Let the people go on whom their way did not reach, in one transaction. Nothing happens unless it is running."""
    async with database.transaction():
        broadcast = await Broadcast.select_for_update().get(id=broadcast_id)
        if broadcast.state is not BroadcastState.RUNNING:
            return
        of_it = await ways.of(broadcast_id)
        for way in of_it[1:]:
            missed = "SELECT r.customer_id FROM broadcast_recipient r WHERE r.broadcast_id = $1 AND r.way = $2"
            await _place(broadcast_id, way, f"{missed} AND {MISSED}", (broadcast_id, way.number - 1))
            await database.execute(
                "UPDATE broadcast_recipient r SET way = $2, is_b = false "
                f"WHERE r.broadcast_id = $1 AND r.way = $2 - 1 AND {MISSED}",
                broadcast_id,
                way.number,
            )


async def fall_late(send_task_id: int) -> None:
    """If the next way has begun, let those of a waiting task go on whom it reaches; the others stay with its member.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    send_task = await rows.found(send_task_id)
    if send_task is None or not await _is_late(send_task):
        return
    if send_task.state is SendTaskState.CREATED:
        # A single person cannot be taken out of a task, so it is stopped as a whole, if it is worth it.
        if send_task.stopping_at is None and not await _reached_by_next(send_task):
            return
        if not await ending.stop_on_platform(send_task_id):
            return
    async with database.transaction():
        send_task = await rows.locked(send_task_id)
        if not await _is_late(send_task):
            return
        state, of_it = send_task.state, await ways.of(send_task.broadcast_id)
        await _place(send_task.broadcast_id, of_it[send_task.way + 1], *_people_of(send_task))
        if state is SendTaskState.CREATED:
            await leaving_out.move_rest(send_task)


async def _is_late(send_task: TaskInHand) -> bool:
    """Whether the task waits although the next way has begun."""
    if send_task.state not in _WAITING or send_task.broadcast_state is not BroadcastState.RUNNING:
        return False
    if send_task.confirmed_at is not None or send_task.is_final:
        return False
    of_it = await ways.of(send_task.broadcast_id)
    if send_task.way + 1 >= len(of_it) or send_task.started_at is None:
        return False
    return ways.begins_at(of_it, send_task.way + 1, send_task.started_at) <= clock.now()


async def _reached_by_next(send_task: TaskInHand) -> bool:
    of_it = await ways.of(send_task.broadcast_id)
    to, asked = await _asked(send_task.broadcast_id, of_it[send_task.way + 1], *_people_of(send_task))
    return bool(await database.fetch_value(f"SELECT bool_or(q.reason = '') FROM ({asked}) q", *to.values))


def _people_of(send_task: TaskInHand) -> tuple[str, tuple[int | None, ...]]:
    """SQL for the customers of a waiting task, and its values."""
    waiting = f"SELECT r.customer_id FROM broadcast_recipient r WHERE {OF_TASK} "
    return f"{waiting} AND r.state = {literals(_WAITING[send_task.state])}", key_of(send_task)


async def _asked(broadcast_id: int, way: Way, people: str, values: Sequence[int | None]) -> tuple[Parameters, str]:
    """The statement that says whom of the people the way reaches; the values of `people` come first in it."""
    to = await asked_now()
    for value in values:
        to.add(value, "bigint")
    return to, reach_sql(f"c.id IN ({people})", to, channel=channel_of(way.channel), besides_broadcast=broadcast_id)


async def _place(broadcast_id: int, way: Way, people: str, values: Sequence[int | None]) -> None:
    """Put those of the people whom the way reaches into tasks of it, in the running transaction, which has locked the
    broadcast.
    """
    # Whoever numbers tasks of a member besides this holds the lock under which one dispatch runs at a time.
    await database.advisory_lock("campaigns:contacts")
    to, asked = await _asked(broadcast_id, way, people, values)
    placed = await database.fetch(
        _PLACE.format(
            reach=asked,
            broadcast=to.add(broadcast_id, "bigint"),
            way=to.add(way.number, "int"),
            task_size=to.add(channel_of(way.channel).most_per_task, "int"),
        ),
        *to.values,
    )
    left = Counter((row["was_on"], row["why"]) for row in placed)
    await database.execute_many(_LEFT, [(broadcast_id, was_on, why, people) for (was_on, why), people in left.items()])
    if placed:
        await UNFINISHED.hint(await make_tasks(broadcast_id))
