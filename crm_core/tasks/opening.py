"""Opens tasks from due dates, gives them to people, and ends those whose reason is gone; each in one statement.

The night finds whatever is due, so a run that is missed or dies loses nothing, and of two runs at once the second finds
everything there already: a task is unique for its car, kind and cycle.
"""

from datetime import date
from typing import Final

from crm_core.appointments.rules import LIVE_STATES
from crm_core.customers.consents import MARKETING as MARKETING_PURPOSES
from crm_core.dealerships.models import Role
from crm_core.due_dates.rules import DueKind
from crm_core.policies.current import group_policy
from crm_core.repair_orders.rules import OVER
from crm_core.tasks import rules
from crm_core.tasks.rules import ENDED_BY_A_VISIT, MARKETING, OPEN, WAITING, RecallPolicy, TaskKind, TaskState
from crm_core.tasks.worth import CALLED_BECAUSE, who_is_worth
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.reading import literals

FROM_DATES: Final = tuple(TaskKind(kind.value) for kind in DueKind)
"""The kinds that a due date opens; the others are opened by an event."""

MAY_BE_OFFERED: Final = (
    "c.marketing_stopped_at IS NULL AND (c.complaint_until IS NULL OR c.complaint_until < {today}) AND EXISTS ("
    "  SELECT FROM consent n WHERE n.customer_id = c.id AND n.withdrawn_at IS NULL "
    f"  AND n.purpose IN ({literals(*sorted(MARKETING_PURPOSES))}))"
)
"""SQL: whether customer `c` agreed to be offered anything at all; by which way is asked when they are called."""
_OPEN_DUE: Final = f"""
INSERT INTO task (kind, state, vehicle_id, customer_id, store_id, due_on, cycle_on, reason, next_on, opened_at)
SELECT d.kind, {literals(TaskState.CREATED)}, v.id, c.id, coalesce(v.home_store_id, c.home_store_id), d.due_on,
  d.cycle_on, left(d.words || CASE WHEN d.kind = {literals(TaskKind.LAPSED)} AND h.why <> ''
    THEN '{CALLED_BECAUSE}' || h.why || '。' ELSE '' END, 400), $1, $2
FROM due_date d
JOIN unnest($3::text[], $4::int[], $5::int[]) AS k (kind, before, after) ON k.kind = d.kind
JOIN vehicle v ON v.id = d.vehicle_id AND v.gone_reason = ''
JOIN LATERAL (
    SELECT customer_id FROM ownership
    WHERE vehicle_id = v.id AND until_on IS NULL AND role = {literals(BindingRole.OWNER)} ORDER BY id DESC LIMIT 1
) o ON true
JOIN customer c ON c.id = o.customer_id
LEFT JOIN ({{worth}}) h ON h.customer_id = c.id AND d.kind = {literals(TaskKind.LAPSED)}
WHERE (d.due_on <= $1::date + k.before OR d.near_on <= $1::date)
  AND (d.due_on >= $1::date - k.after OR h.is_turn IS TRUE)
  AND (d.kind <> {literals(TaskKind.LAPSED)} OR h.customer_id IS NOT NULL)
  AND coalesce(v.home_store_id, c.home_store_id) IS NOT NULL
  AND c.merged_into_id IS NULL AND c.gone_reason = '' AND c.restricted_at IS NULL
  AND (d.kind NOT IN ({literals(*sorted(MARKETING))}) OR ({MAY_BE_OFFERED.format(today="$1::date")}))
  AND (d.kind NOT IN ({literals(*sorted(ENDED_BY_A_VISIT))})
    OR NOT EXISTS (SELECT FROM appointment a WHERE a.vehicle_id = v.id AND a.state IN ({literals(*LIVE_STATES)}))
    AND NOT EXISTS (SELECT FROM repair_order r WHERE r.vehicle_id = v.id AND r.state NOT IN ({literals(*OVER)})))
ON CONFLICT DO NOTHING
"""
_OF_ADVISOR: Final = literals(*sorted(ENDED_BY_A_VISIT - {TaskKind.NO_SHOW, TaskKind.CAMPAIGN}))
_GIVE_OUT: Final = f"""
WITH fresh AS (
    SELECT t.id, t.store_id, t.customer_id,
      (SELECT h.assignee_id FROM task h JOIN staff s ON s.id = h.assignee_id AND s.is_active
       WHERE h.customer_id = t.customer_id AND h.store_id = t.store_id AND h.state IN ({literals(*OPEN)})
         AND h.assignee_id IS NOT NULL ORDER BY h.id LIMIT 1) AS holder,
      (SELECT s.id FROM customer c JOIN staff s ON s.id = c.advisor_id AND s.is_active
       JOIN staff_role r ON r.staff_id = s.id AND r.role = {literals(Role.SA)} AND r.store_id = t.store_id
       WHERE c.id = t.customer_id AND t.kind IN ({_OF_ADVISOR})
       LIMIT 1) AS advisor
    FROM task t WHERE t.state = {literals(TaskState.CREATED)} AND t.assignee_id IS NULL
    FOR UPDATE OF t SKIP LOCKED
), numbered AS (
    SELECT f.id, f.store_id, f.holder, max(f.advisor) OVER (PARTITION BY f.store_id, f.customer_id) AS advisor,
      dense_rank() OVER (PARTITION BY f.store_id ORDER BY f.customer_id) - 1 AS turn
    FROM fresh f
), callers AS (
    SELECT k.store_id, array_agg(k.staff_id ORDER BY k.load, k.staff_id) AS ids FROM (
        SELECT r.store_id, r.staff_id, (SELECT count(*) FROM task h WHERE h.assignee_id = r.staff_id
          AND h.state IN ({literals(*WAITING)})) AS load
        FROM staff_role r JOIN staff s ON s.id = r.staff_id AND s.is_active
        WHERE r.role = {literals(Role.CRC)} AND r.store_id IS NOT NULL GROUP BY r.store_id, r.staff_id
    ) k GROUP BY k.store_id
)
UPDATE task t SET state = {literals(TaskState.ASSIGNED)}, version = t.version + 1,
  assignee_id = coalesce(n.holder, n.advisor, k.ids[1 + n.turn % cardinality(k.ids)])
FROM numbered n LEFT JOIN callers k ON k.store_id = n.store_id
WHERE t.id = n.id AND coalesce(n.holder, n.advisor, k.ids[1]) IS NOT NULL
"""
_REASON: Final = f"left(d.words || coalesce(substring(t.reason FROM '{CALLED_BECAUSE}.*'), ''), 400)"
_MOVE_ON: Final = f"""
UPDATE task t SET due_on = d.due_on, reason = {_REASON}, version = t.version + 1
FROM due_date d
WHERE d.vehicle_id = t.vehicle_id AND d.kind = t.kind AND d.cycle_on = t.cycle_on AND t.state IN ({literals(*OPEN)})
  AND (t.due_on, t.reason) IS DISTINCT FROM (d.due_on, {_REASON})
"""
_ENDINGS: Final = f"""
UPDATE task t SET state = e.state, ended_because = e.because, ended_at = $1, next_on = NULL, version = t.version + 1
FROM (
    SELECT w.id, {{state}} AS state, {{because}} AS because FROM task w {{joins}}
    WHERE w.state IN ({literals(*WAITING)}) AND ({{over}})
    ORDER BY w.id FOR UPDATE OF w SKIP LOCKED
) e WHERE t.id = e.id
"""


def _ending(state: TaskState, because: str, over: str, joins: str = "") -> str:
    return _ENDINGS.format(state=literals(state), because=because, over=over, joins=joins)


_CYCLE_IS_OVER: Final = _ending(
    TaskState.CANCELLED,
    f"CASE w.kind WHEN {literals(TaskKind.INSURANCE)} THEN '登记了新的保险到期日' "
    f"WHEN {literals(TaskKind.INSPECTION)} THEN '登记了新的年检有效期' ELSE '到期日已变，原因没有了' END",
    f"w.kind IN ({literals(*FROM_DATES)}) AND NOT EXISTS (SELECT FROM due_date d "
    "WHERE d.vehicle_id = w.vehicle_id AND d.kind = w.kind AND d.cycle_on = w.cycle_on) "
    "AND NOT EXISTS (SELECT FROM due_recount n WHERE n.vehicle_id = w.vehicle_id)",
)
_CAR_LEFT: Final = _ending(
    TaskState.CANCELLED,
    "'车已不在这位客户名下'",
    "w.vehicle_id IS NOT NULL AND NOT EXISTS (SELECT FROM ownership o "
    "WHERE o.vehicle_id = w.vehicle_id AND o.customer_id = w.customer_id AND o.until_on IS NULL)",
)
_NO_LONGER_OFFERED: Final = _ending(
    TaskState.CANCELLED,
    "'客户不接受这类联系'",
    f"w.kind IN ({literals(*sorted(MARKETING))}) AND (c.gone_reason <> '' OR c.restricted_at IS NOT NULL "
    f"OR NOT ({MAY_BE_OFFERED.format(today='$2::date')}))",
    "JOIN customer c ON c.id = w.customer_id",
)
# Who is called because their turn came has the same days from then on, however long ago they lapsed.
_TOO_LATE: Final = _ending(
    TaskState.EXPIRED,
    "'过期没联系成'",
    f"CASE w.kind WHEN {literals(TaskKind.LAPSED)} THEN greatest(w.due_on, "
    "(w.opened_at AT TIME ZONE 'Asia/Shanghai')::date) ELSE w.due_on END < $2::date - k.after",
    "JOIN unnest($3::text[], $4::int[]) AS k (kind, after) ON k.kind = w.kind",
)


async def open_due(today: date) -> None:
    """Open a task for everything that has become due, and give out what nobody has."""
    policy, worth = await group_policy(RecallPolicy), await who_is_worth()
    async with database.transaction():
        await database.execute(
            _OPEN_DUE.format(worth=worth.sql.format(least="$6::numeric")),
            today,
            clock.now(),
            [kind.value for kind in FROM_DATES],
            [rules.days_before(kind, policy) for kind in FROM_DATES],
            [rules.days_after(kind, policy) for kind in FROM_DATES],
            worth.least,
        )
        await database.execute(_GIVE_OUT)


async def give_out() -> None:
    """Give out what nobody has, in the running transaction."""
    await database.execute(_GIVE_OUT)


async def keep(today: date) -> None:
    """End what has lost its reason or its time, follow dates that moved within their cycle, give out the rest."""
    policy, now = await group_policy(RecallPolicy), clock.now()
    kinds = list(TaskKind)
    async with database.transaction():
        await database.execute(_CYCLE_IS_OVER, now)
        await database.execute(_CAR_LEFT, now)
        await database.execute(_NO_LONGER_OFFERED, now, today)
        after = [rules.days_after(kind, policy) for kind in kinds]
        await database.execute(_TOO_LATE, now, today, [kind.value for kind in kinds], after)
        await database.execute(_MOVE_ON)
        await database.execute(_GIVE_OUT)
