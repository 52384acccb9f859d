"""The freeze: at the start the segment is asked once, and each person is stored as excluded, held out or planned.

One INSERT … SELECT does this for any number of people. It also numbers the send tasks, so that no row is written twice.
"""

import secrets
from typing import Final

from campaigns.broadcasts import moving, notices, stopping, ways
from campaigns.broadcasts.models import Broadcast, RecipientState, SendTaskState
from campaigns.broadcasts.rows import ITS_TASK
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import take_up_pending
from campaigns.measuring import Cohort
from campaigns.reachability import reach_by_ways
from campaigns.scope import as_stores
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.sql import asked_now
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import may_send_at
from crm_core.dealerships.actors import system
from foundation import clock, database
from foundation.logging import logger
from foundation.reading import literals

MANY: Final = 1_000
"""So many new people make PostgreSQL's statistics wrong until it counts by itself, a minute later or more. By wrong
ones the check of a task of 5,000 people took 18 seconds instead of half a second; counting takes a fifth of one.
"""
_NO_TASK: Final = -1
"""Not 0, or whoever is reached by no member would stand among the people of the first task without one."""
_APART: Final = 100_000
"""Between the first numbers of the tasks of two ways, which one member may both have."""
_B_APART: Final = 50_000
"""The same between the two versions of the first way."""

# The control group are the people with the smallest hash of broadcast and person. They are the same however often the
# statement is repeated, and different ones in each broadcast. With two versions, every second of the others in the
# order of another hash is drawn for B. They are numbered for each salesperson and divided into send tasks.
_FREEZE = f"""
INSERT INTO broadcast_recipient
  (broadcast_id, customer_id, cohort, state, reason, staff_id, way, is_b, task_number, address, is_last_touch)
SELECT {{broadcast}}, customer_id, cohort,
  CASE cohort WHEN {literals(Cohort.PLANNED)} THEN {literals(RecipientState.QUEUED)} ELSE cohort END, reason, staff_id,
  way, is_b,
  CASE WHEN cohort = {literals(Cohort.PLANNED)}
       THEN (row_number() OVER (PARTITION BY cohort, way, is_b, staff_id ORDER BY customer_id) - 1)
            / ({{task_sizes}})[way + 1] + way * {_APART} + is_b::int * {_B_APART}
       ELSE {_NO_TASK} END,
  coalesce(address, ''), false
FROM (SELECT *, {{is_b}} AS is_b FROM (
  SELECT *, CASE WHEN reason <> '' THEN {literals(Cohort.EXCLUDED)}
                 WHEN row_number() OVER (PARTITION BY reason = '' ORDER BY draw, customer_id)
                      <= CASE WHEN held_out < reachable THEN held_out ELSE 0 END THEN {literals(Cohort.CONTROL)}
                 ELSE {literals(Cohort.PLANNED)} END AS cohort
  FROM (
    SELECT *, hashint8extended(customer_id, {{broadcast}}) AS draw,
      count(*) FILTER (WHERE reason = '') OVER () AS reachable,
      ceil(count(*) FILTER (WHERE reason = '') OVER () * {{percent}} / 100.0) AS held_out
    FROM ({{reach}}) reached
  ) drawn
) chosen) versed
-- In the order of the widest index: written seller by seller, every row would land on another of its pages.
ORDER BY customer_id
"""

_DRAWN_FOR_B: Final = (
    f"way = 0 AND cohort = {literals(Cohort.PLANNED)} AND "
    "row_number() OVER (PARTITION BY cohort, way ORDER BY hashint8extended(customer_id, draw), customer_id) % 2 = 0"
)

_SEND_TASKS = f"""
INSERT INTO send_task
  (broadcast_id, staff_id, way, is_b, number, token, customers, state, message_id, reason, created_at, reminded_at)
SELECT $1, staff_id, way, is_b, task_number, $2::bigint + row_number() OVER (ORDER BY staff_id, task_number), count(*),
  {literals(SendTaskState.PENDING)}, '', '', $3, '[]'
FROM broadcast_recipient r WHERE broadcast_id = $1 AND state = {literals(RecipientState.QUEUED)}
  AND NOT EXISTS (SELECT FROM send_task b WHERE {ITS_TASK})
  GROUP BY staff_id, way, is_b, task_number
RETURNING id
"""

WORK_MEMORY = "64MB"
"""Memory for the sorts and hashes of a freeze. With PostgreSQL's default of 4 MB, 200,000 people would be written to
disk three times.
"""


async def start(broadcast_id: int, *, task_size: int | None = None) -> bool:
    """Freeze and run a scheduled broadcast whose time has come; False if it is no longer due.

    A broadcast whose coupon cannot be claimed does not begin: it goes back to APPROVED and can be scheduled again.
    """
    actor = system("broadcast_start")
    async with database.transaction():
        broadcast = await Broadcast.select_for_update().get_or_none(id=broadcast_id)
        if broadcast is None or not await _is_due(broadcast):
            return False
        stop = await stopping.coupon_stop(broadcast.coupon_template_id, next_step="让卡券能领，再排时间")
        if stop is not None:
            broadcast.pause_reason, broadcast.starts_at, broadcast.ends_at = stop.reason, None, None
            await moving.move(actor, broadcast, "hold", reason=stop.reason)
            await notices.tell_halted(
                broadcast, "held", line=stop.line, measured=stop.measured, next_step=stop.next_step
            )
            return False
        await freeze(broadcast, task_size=task_size)
        await moving.move(actor, broadcast, "start")
        await take_up_pending(broadcast.id)
        return True


async def _is_due(broadcast: Broadcast) -> bool:
    if broadcast.state is not BroadcastState.SCHEDULED or broadcast.starts_at is None:
        return False
    if broadcast.approved_hash != broadcast.content_hash:
        logger.error("broadcast_not_approved", broadcast_id=broadcast.id)
        return False
    return broadcast.starts_at <= clock.now() and may_send_at(clock.now(), await contact_rules())


async def freeze(broadcast: Broadcast, *, task_size: int | None = None) -> None:
    """Store every person of the broadcast, in the running transaction. Limits are checked again before each send."""
    channels = ways.channels_of(await ways.of(broadcast.id))
    to = await asked_now()
    broadcast_id = to.add(broadcast.id, "bigint")
    chosen = audience(parse(broadcast.definition), as_stores(broadcast.store_ids), to)
    sql = _FREEZE.format(
        broadcast=broadcast_id,
        task_sizes=to.add([task_size or channel.most_per_task for channel in channels], "int[]"),
        percent=to.add(broadcast.control_percent, "int"),
        is_b="false" if broadcast.content_b_id is None else _DRAWN_FOR_B,
        reach=reach_by_ways(chosen, to, channels),
    )
    await database.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
    await database.execute(sql, *to.values)
    made = await make_tasks(broadcast.id)
    if made and await _people(broadcast.id) >= MANY:
        await database.execute("ANALYZE broadcast_recipient, send_task")
    broadcast.frozen_at = clock.now()


async def _people(broadcast_id: int) -> int:
    return int(await database.fetch_value("SELECT sum(customers) FROM send_task WHERE broadcast_id = $1", broadcast_id))


async def make_tasks(broadcast_id: int) -> list[int]:
    """Write the send tasks of queued people whose task does not exist yet, in the running transaction; returns their
    ids.
    """
    made = await database.fetch(_SEND_TASKS, broadcast_id, first_token(), clock.now())
    return [row["id"] for row in made]


def first_token() -> int:
    """A random first token; each send task of the freeze takes the next number. It has fifteen digits, so that
    JavaScript can read it from a page's address as a number without loss.
    """
    return 10**14 + secrets.randbelow(8 * 10**14)
