"""The rows of each indicator, as SQL: who counts when, for how much of the part and of the whole.

Each statement answers `store_id`, `at`, `staff_id`, `row_id` (its own within the indicator), `order_id`,
`appointment_id`, `complaint_id` (what a row opens; none of them for open hours, which are no row of a list), `part` and
`whole`. Their parameters are those of `PARAMETERS`. Times are counted in seconds.
"""

from typing import Final

from crm_core.appointments.rules import AppointmentState
from crm_core.billing.rules import Payer
from crm_core.policies.current import in_store
from crm_core.repair_orders.comebacks.rules import NOT_DENIED
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.reports.definitions import DETRACTOR_TO, PROMOTER_FROM, Kpi
from foundation.reading import literals

PARAMETERS: Final = """$1::bigint[] IS NOT NULL AND $2::timestamptz IS NOT NULL AND $3::timestamptz IS NOT NULL
  AND $4::timestamptz IS NOT NULL AND $5::jsonb IS NOT NULL AND $6::jsonb IS NOT NULL AND $7::jsonb IS NOT NULL
  AND $8::int IS NOT NULL"""
"""The stores, from when, until when, now, of each store the hours in which complaints are to be answered, planned and
resolved, and the days within which a comeback counts. True, so that a statement which needs only some of them takes
all.
"""

_IN_SPAN: Final = "= ANY($1) AND {0} >= $2 AND {0} < $3"
_NO_ORDER: Final = "NULL::bigint AS order_id"
_NO_OTHER: Final = "NULL::bigint AS appointment_id, NULL::bigint AS complaint_id"


def _of_orders(at: str, part: str, whole: str = "1", condition: str = "true") -> str:
    return f"""
    SELECT r.store_id, r.{at} AS at, r.advisor_id AS staff_id, r.id AS row_id, r.id AS order_id, {_NO_OTHER},
           ({part})::bigint AS part, ({whole})::bigint AS whole
    FROM repair_order r WHERE r.store_id {_IN_SPAN.format("r." + at)}
      AND r.state <> {literals(HeaderState.VOID)} AND {condition}"""


_COMEBACK: Final = f"""EXISTS (SELECT FROM comeback c JOIN repair_order b ON b.id = c.repair_order_id
    WHERE c.origin_repair_order_id = r.id AND c.state IN ({literals(*NOT_DENIED)}) AND b.voided_at IS NULL
    AND (b.opened_at AT TIME ZONE 'Asia/Shanghai')::date
        <= (r.delivered_at AT TIME ZONE 'Asia/Shanghai')::date + $8::int)"""
_BILLED: Final = f"""SELECT coalesce(sum(b.total_fen - b.refunded_fen), 0) FROM bill b
    WHERE b.about = 'repair_order:' || r.id AND b.payer IN ({literals(Payer.CP, Payer.W, Payer.I)})"""

_NO_SHOWS: Final = f"""
    SELECT a.store_id, a.starts_at AS at, a.advisor_id AS staff_id, a.id AS row_id, {_NO_ORDER},
           a.id AS appointment_id, NULL::bigint AS complaint_id,
           (a.state = {literals(AppointmentState.NO_SHOW)})::int::bigint AS part, 1::bigint AS whole
    FROM appointment a WHERE a.store_id {_IN_SPAN.format("a.starts_at")} AND a.state IN
      ({literals(AppointmentState.ARRIVED, AppointmentState.CONVERTED, AppointmentState.NO_SHOW)})"""

# Two technicians on one car in one bay take the bay once: their times are one range.
_BUSY_BAYS: Final = f"""
    SELECT b.store_id, b.at, NULL::bigint AS staff_id, b.row_id, b.order_id, {_NO_OTHER},
           (SELECT coalesce(sum(extract(epoch FROM upper(span) - lower(span))), 0)::bigint
            FROM unnest(b.spans) span WHERE NOT isempty(span)) AS part, 0::bigint AS whole
    FROM (SELECT r.store_id, min(t.started_at) AS at, min(t.id) AS row_id, r.id AS order_id,
                 range_agg(tstzrange(t.started_at, coalesce(t.ended_at, $4))) AS spans
          FROM time_entry t JOIN repair_line l ON l.id = t.line_id JOIN repair_order r ON r.id = t.repair_order_id
          WHERE r.store_id {_IN_SPAN.format("t.started_at")} AND l.bay_id IS NOT NULL
          GROUP BY r.store_id, r.id, l.bay_id, (t.started_at AT TIME ZONE 'Asia/Shanghai')::date) b"""

# A day's hours are two pieces, until the minute of now and after it, so that a span may end within a day.
_OPEN_BAYS: Final = f"""
    SELECT h.store_id, h.at, NULL::bigint AS staff_id, 0::bigint AS row_id, {_NO_ORDER}, {_NO_OTHER}, 0::bigint AS part,
           (greatest(h.closes - h.opens, 0) * 60 * h.bays)::bigint AS whole
    FROM (SELECT d.store_id, d.bays, p.at, greatest(d.opens, p.from_minute) AS opens,
                 least(d.closes, p.to_minute) AS closes
          FROM (SELECT s.id AS store_id, each::date AS day,
                       extract(hour FROM $4 AT TIME ZONE 'Asia/Shanghai')::int * 60
                         + extract(minute FROM $4 AT TIME ZONE 'Asia/Shanghai')::int AS cut,
                       CASE WHEN c.id IS NOT NULL THEN c.opens_minute WHEN NOT w.is_open THEN NULL
                            ELSE coalesce(w.opens_minute, s.opens_minute) END AS opens,
                       CASE WHEN c.id IS NOT NULL THEN c.closes_minute WHEN NOT w.is_open THEN NULL
                            ELSE coalesce(w.closes_minute, s.closes_minute) END AS closes,
                       (SELECT count(*) FROM bay b WHERE b.store_id = s.id AND b.is_active AND NOT EXISTS (
                          SELECT FROM bay_closure x WHERE x.bay_id = b.id AND x.is_active
                            AND each::date BETWEEN x.first_on AND x.last_on)) AS bays
                FROM store s
                CROSS JOIN generate_series(($2 AT TIME ZONE 'Asia/Shanghai')::date::timestamp,
                                           ($3 AT TIME ZONE 'Asia/Shanghai')::date::timestamp, '1 day') AS days (each)
                LEFT JOIN store_closure c ON c.store_id = s.id AND c.day = each::date AND c.is_active
                LEFT JOIN store_weekday w ON w.store_id = s.id AND w.is_active
                  AND w.weekday = extract(isodow FROM each)::int - 1
                WHERE s.id = ANY($1)) d
          CROSS JOIN LATERAL (VALUES
            (d.day::timestamp AT TIME ZONE 'Asia/Shanghai', 0, d.cut),
            ((d.day::timestamp + make_interval(mins => d.cut)) AT TIME ZONE 'Asia/Shanghai', d.cut, 1440)
          ) p (at, from_minute, to_minute)
          WHERE d.opens IS NOT NULL) h
    WHERE h.at >= $2 AND h.at < $3"""

_CLOCKED: Final = "sum(extract(epoch FROM coalesce(t.ended_at, $4) - t.started_at))"
# A job that several technicians worked on counts for each of them, by the share of the time they clocked.
_EFFICIENCY: Final = f"""
    SELECT r.store_id, l.finished_at AS at, w.staff_id, w.row_id, r.id AS order_id, {_NO_OTHER},
           round(l.labour_centihours * 36 * w.share)::bigint AS part, w.whole
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id CROSS JOIN LATERAL (
        SELECT t.technician_id AS staff_id, min(t.id) AS row_id, {_CLOCKED}::bigint AS whole,
               coalesce({_CLOCKED} / nullif(sum({_CLOCKED}) OVER (), 0), 1.0 / count(*) OVER ()) AS share
        FROM time_entry t WHERE t.line_id = l.id GROUP BY t.technician_id
        UNION ALL
        SELECT l.technician_id, -l.id, 0, 1 WHERE NOT EXISTS (SELECT FROM time_entry t WHERE t.line_id = l.id)
    ) w
    WHERE r.store_id {_IN_SPAN.format("l.finished_at")} AND l.state <> {literals(LineState.CANCELLED)}"""

_ADDITIONAL: Final = f"""
    SELECT r.store_id, a.found_at AS at, r.advisor_id AS staff_id, l.id AS row_id, r.id AS order_id, {_NO_OTHER},
           (l.authorised_version <> '')::int::bigint AS part, 1::bigint AS whole
    FROM additional_work a JOIN repair_line l ON l.additional_work_id = a.id
    JOIN repair_order r ON r.id = l.repair_order_id WHERE r.store_id {_IN_SPAN.format("a.found_at")}"""

_NPS: Final = f"""
    SELECT v.store_id, v.submitted_at AS at, v.advisor_id AS staff_id, v.id AS row_id, v.repair_order_id AS order_id,
           {_NO_OTHER}, ((v.score >= {PROMOTER_FROM})::int - (v.score <= {DETRACTOR_TO})::int)::bigint AS part,
           1::bigint AS whole
    FROM survey v WHERE v.store_id {_IN_SPAN.format("v.submitted_at")} AND v.score IS NOT NULL"""


def _is_late(step: str, parameter: str) -> str:
    return (
        f"(coalesce((SELECT min(p.at) FROM complaint_step p WHERE p.complaint_id = c.id AND p.action = '{step}' "
        f"AND p.at >= c.began_at), $4) > c.began_at + make_interval(hours => {in_store(parameter, 'c.store_id')}))"
    )


_COMPLAINTS: Final = f"""
    SELECT c.store_id, c.opened_at AS at, c.advisor_id AS staff_id, c.id AS row_id, c.repair_order_id AS order_id,
           NULL::bigint AS appointment_id, c.id AS complaint_id,
           (NOT ({_is_late("acknowledge", "$5")} OR {_is_late("plan", "$6")}
              OR {_is_late("resolve", "$7")}))::int::bigint AS part, 1::bigint AS whole
    FROM (SELECT k.*, coalesce(k.reopened_at, k.opened_at) AS began_at FROM complaint k
          WHERE k.store_id {_IN_SPAN.format("k.opened_at")}) c"""

ROWS: Final[dict[Kpi, str]] = {
    Kpi.VISITS: _of_orders("delivered_at", "1"),
    Kpi.BOOKED: _of_orders("opened_at", "(r.appointment_id IS NOT NULL)::int"),
    Kpi.NO_SHOWS: _NO_SHOWS,
    Kpi.ON_TIME: _of_orders(
        "ready_at", "(r.ready_at <= r.first_promised_at)::int", condition="r.first_promised_at IS NOT NULL"
    ),
    Kpi.BAYS: f"{_BUSY_BAYS} UNION ALL {_OPEN_BAYS}",
    Kpi.EFFICIENCY: _EFFICIENCY,
    Kpi.FIRST_TIME: _of_orders("delivered_at", f"(NOT {_COMEBACK})::int"),
    Kpi.ADDITIONAL: _ADDITIONAL,
    Kpi.VALUE: _of_orders("delivered_at", _BILLED),
    Kpi.NPS: _NPS,
    Kpi.COMPLAINTS: _COMPLAINTS,
}


def union() -> str:
    """The rows of every indicator, each with its indicator as `kpi`."""
    return " UNION ALL ".join(f"SELECT {literals(kpi)} AS kpi, b.* FROM ({rows}) b" for kpi, rows in ROWS.items())
