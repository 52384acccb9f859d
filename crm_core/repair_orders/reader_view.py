"""What the screens of an owner's account say of an order, as SQL over an order `r` to which `sums.READER` is joined.

The words and the sets of states are the rules of `owner_view_rules`.
"""

from typing import Final

from crm_core.dealerships.masks import SUM
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.owner_view_rules import OVER, PROMISES_NOTHING, ReadersTitle, Step
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.repair_orders.sums import BILL_IS_THEIRS, DECIDES, IS_OWNER, SEES_SUMS
from foundation.reading import literals

_SENT: Final = literals(AdditionalWorkState.SENT)
_TO_PAY: Final = literals(HeaderState.BILLED, HeaderState.BILL_CONFIRMED)
_PAID: Final = literals(HeaderState.PAID)

ASKED: Final = f"""
LEFT JOIN LATERAL (SELECT w.id, w.expires_at FROM additional_work w WHERE w.repair_order_id = r.id
                   AND w.state IN ({_SENT}) ORDER BY w.id DESC LIMIT 1) asked ON true
"""
"""Joins the additional work that is `asked` of the owner, the last if there are several."""
# Only what the reader may do: the car is handed back to whoever brought it.
WAITING_FOR_OWNER: Final = f"""
CASE WHEN r.state IN ({literals(HeaderState.OPENED)})
          AND EXISTS (SELECT FROM pre_inspection p WHERE p.repair_order_id = r.id)
          AND {DECIDES} THEN 'inspection'
     WHEN r.state IN ({literals(HeaderState.ESTIMATED)}) AND {DECIDES} THEN 'estimate'
     WHEN asked.id IS NOT NULL AND {DECIDES} THEN 'extra'
     WHEN r.state IN ({_TO_PAY}) AND {BILL_IS_THEIRS} THEN 'bill'
     WHEN r.state IN ({_PAID}) AND r.customer_id = $2 THEN 'delivery' END
"""
"""What waits for the reader: inspection, estimate, extra, bill or delivery; `ASKED` is joined."""
TITLE: Final = f"""
CASE WHEN r.state IN ({_TO_PAY}) AND NOT {BILL_IS_THEIRS} THEN {literals(ReadersTitle.AWAITS_OWNER)}
     WHEN r.state IN ({_PAID}) AND r.customer_id <> $2 THEN
          CASE WHEN {IS_OWNER} THEN {literals(ReadersTitle.AWAITS_BRINGER)}
               ELSE {literals(ReadersTitle.AWAITS_OWNER)} END
     ELSE r.owner_title END
"""
"""The title for this reader: what is left to the others is not said as if it waited for them."""
IS_FINISHED: Final = f"r.state IN ({literals(*PROMISES_NOTHING)})"
IS_OVER: Final = f"r.state IN ({literals(*OVER)})"
_SAID: Final = f"""
(CASE WHEN r.customer_id = $2 OR {IS_OWNER} THEN e.owner_text ELSE replace(e.owner_text, '您', '车主') END)
"""
SENTENCE: Final = f"""
CASE WHEN {SEES_SUMS} THEN {_SAID} ELSE regexp_replace({_SAID}, '{SUM.pattern}', '***', 'g') END
"""
"""The sentence of an event `e`. It is written to the owner, so everybody else reads 车主, and stars where they see no
sums.
"""
_NEXT: Final = literals(LineState.AUTHORISED, LineState.ASSIGNED, LineState.PAUSED, LineState.QC_FAIL)
_WASHING: Final = literals(HeaderState.WASHING)
_CHECKED: Final = literals(HeaderState.QC_PASSED, HeaderState.WASHING)
_WASH: Final = literals(Step.WASH)
DONE_JOBS: Final = f"count(*) FILTER (WHERE l.state IN ({literals(LineState.DONE, LineState.QC_OK)}))"
ALL_JOBS: Final = f"""
count(*) FILTER (WHERE l.state NOT IN ({literals(LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED)}))
"""
"""Over the lines `l` of an order: how many jobs are done, and how many there are in all."""
JOBS: Final = f"""
CROSS JOIN LATERAL (
    SELECT {DONE_JOBS} AS done, {ALL_JOBS} AS total,
           array_agg(l.name ORDER BY l.id) FILTER (WHERE l.state IN ({_NEXT}) AND l.name <> {_WASH}) AS next,
           coalesce(bool_or(l.state IN ({_NEXT}) AND l.name = {_WASH}), false) AS has_wash
    FROM repair_line l WHERE l.repair_order_id = r.id) jobs
"""
"""Joins the `jobs` of an order: how many are `done` of the `total`, and the names of those that come `next`."""
# The final inspection is a step of every visit. The wash is the last, whether it is given or was bought as a job.
COMING: Final = f"""
CASE WHEN {IS_FINISHED} OR jobs.total = 0 THEN '[]' ELSE to_jsonb(array_remove(
    CASE WHEN r.state NOT IN ({_CHECKED}) THEN jobs.next || {literals(Step.CHECK)}::varchar END
    || CASE WHEN r.state NOT IN ({_WASHING}) AND (r.wants_wash OR jobs.has_wash) THEN {_WASH}::varchar END, NULL)) END
"""
"""The names of the jobs and steps still to come, in their order, as JSON; `JOBS` are joined."""
