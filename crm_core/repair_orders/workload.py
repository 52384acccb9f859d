"""What the open orders take of bays and technicians, for whoever promises times: planned jobs with their remaining time
(overruns, rework and what waits included), and cars whose work has no plan yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from crm_core.appointments.workload import CarWaiting, JobInHand, Workload, workload_from
from crm_core.dealerships.models import BayKind, Role
from crm_core.policies.current import policy_of
from crm_core.repair_orders.clocked import CLOCKED_SO_FAR
from crm_core.repair_orders.dispatch_rules import DispatchPolicy, OpenJob, stands_in_bay
from crm_core.repair_orders.rules import IN_HAND, OVER, HeaderState, LineState
from foundation import clock
from foundation.reading import Query, literals, read_model

_BEFORE_YES: Final = (HeaderState.OPENED, HeaderState.PRECHECKED, HeaderState.ESTIMATED)
"""Received, and nothing may be done to the car yet."""


@read_model
class _Planned(OpenJob):
    """A job of an open order, or of a technician of the store in another store."""

    store_id: int
    kind: BayKind
    number: str


@read_model
class _Helper:
    """Who is clocked on to a colleague's job."""

    line_id: int
    technician_id: int


@read_model
class _Waiting:
    """An order with authorised jobs nobody has planned, or one of today that was not authorised so far."""

    repair_order_id: int
    store_id: int
    number: str
    kinds: list[BayKind]
    minutes: int


_PLANNED = Query(
    _Planned,
    f"""
    SELECT l.id AS line_id, l.name, l.repair_order_id, l.technician_id, l.bay_id, l.minutes,
           l.state, l.pause_reason, l.planned_starts_at, l.planned_ends_at, l.fail_count, l.parts_expected_at,
           {CLOCKED_SO_FAR.format(now="$2")} AS clocked_minutes,
           r.store_id, l.bay_kind AS kind, right(r.number, 4) AS number
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    WHERE l.state IN ({literals(*IN_HAND)}) AND l.bay_id IS NOT NULL
      AND l.planned_starts_at IS NOT NULL AND l.planned_ends_at IS NOT NULL
      AND (r.store_id = ANY($1) OR l.technician_id IN (SELECT staff_id FROM staff_role
           WHERE role = {literals(Role.TEC)} AND store_id = ANY($1)))
    ORDER BY l.id
    """,
)
_HELPERS = Query(
    _Helper,
    f"""
    SELECT e.line_id, e.technician_id FROM time_entry e JOIN repair_line l ON l.id = e.line_id
    WHERE e.ended_at IS NULL AND e.line_id = ANY($1) AND l.state IN ({literals(LineState.WORKING)})
      AND e.technician_id <> l.technician_id ORDER BY e.id
    """,
)
_WAITING = Query(
    _Waiting,
    f"""
    SELECT r.id AS repair_order_id, r.store_id, right(r.number, 4) AS number,
           coalesce(array_agg(DISTINCT l.bay_kind) FILTER (WHERE l.id IS NOT NULL),
                    CASE WHEN a.id IS NULL THEN ARRAY[]::varchar[] ELSE ARRAY[a.bay_kind] END) AS kinds,
           coalesce(sum(l.minutes), a.minutes, 0)::int AS minutes
    FROM repair_order r
    LEFT JOIN repair_line l ON l.repair_order_id = r.id AND l.state = CASE
         WHEN r.state IN ({literals(*_BEFORE_YES)}) THEN {literals(LineState.PROPOSED)}
         ELSE {literals(LineState.AUTHORISED)} END
    LEFT JOIN appointment a ON a.id = r.appointment_id AND r.state IN ({literals(*_BEFORE_YES)})
    WHERE r.store_id = ANY($1) AND r.state NOT IN ({literals(*OVER)}) AND r.stopped_at IS NULL
      AND (CASE WHEN r.state IN ({literals(*_BEFORE_YES)}) THEN r.opened_at >= $2 ELSE l.id IS NOT NULL END)
    GROUP BY r.id, a.id ORDER BY r.opened_at, r.id
    """,
)


async def in_workshops(store_ids: Sequence[int]) -> Workload:
    """The open orders of these stores, as work.

    A car received on an earlier day to whose work nobody agreed takes nothing: it stands on the lot. Jobs that were
    added to a car in a bay follow there after those it is in for.
    """
    ids, now = list(store_ids), clock.now()
    jobs, waiting = [], []
    last_of: dict[int, JobInHand] = {}
    in_hand = await _PLANNED.all(ids, now)
    helpers: defaultdict[int, list[int]] = defaultdict(list)
    for helper in await _HELPERS.all([planned.line_id for planned in in_hand]):
        helpers[helper.line_id].append(helper.technician_id)
    for planned in in_hand:
        assert planned.bay_id is not None, "the query asks for it"
        starts_at, ends_at = stands_in_bay(planned, now, await policy_of(DispatchPolicy, planned.store_id))
        job = JobInHand(
            store_id=planned.store_id,
            kind=planned.kind,
            bay_id=planned.bay_id,
            technician_id=planned.technician_id,
            starts_at=starts_at,
            ends_at=ends_at,
            words=f"工单 {planned.number}",
            helper_ids=tuple(helpers[planned.line_id]),
        )
        jobs.append(job)
        last = last_of.get(planned.repair_order_id)
        if last is None or last.ends_at < ends_at:
            last_of[planned.repair_order_id] = job
    for car in await _WAITING.all(ids, clock.at(clock.today())):
        kind, last = _most_demanding(car.kinds), last_of.get(car.repair_order_id)
        if last is None:
            waiting.append(CarWaiting(car.store_id, kind, car.minutes or None, f"工单 {car.number}"))
            continue
        ends_at = last.ends_at + timedelta(minutes=car.minutes)
        follows = replace(last, kind=kind, technician_id=None, helper_ids=(), starts_at=last.ends_at, ends_at=ends_at)
        jobs.append(follows)
    return Workload(jobs, waiting)


def _most_demanding(kinds: Sequence[BayKind]) -> BayKind:
    """The bay for a car with several jobs; a general one where nothing is known yet."""
    special = next((kind for kind in (BayKind.EV, BayKind.BODY) if kind in kinds), None)
    return special or (BayKind.QUICK if set(kinds) == {BayKind.QUICK} else BayKind.GENERAL)


workload_from(in_workshops)
