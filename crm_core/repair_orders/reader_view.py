"""What the screens of an owner's account say of an order, as SQL over an order `r`, a reader `$2` and the day `$3`.

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

# Only what the reader may do: the car is handed back to whoever brought it.
WAITING_FOR_OWNER: Final = f"""
CASE WHEN r.state IN ({literals(HeaderState.OPENED)})
          AND EXISTS (SELECT FROM pre_inspection p WHERE p.repair_order_id = r.id)
          AND {DECIDES} THEN 'inspection'
     WHEN r.state IN ({literals(HeaderState.ESTIMATED)}) AND {DECIDES} THEN 'estimate'
     WHEN EXISTS (SELECT FROM additional_work a WHERE a.repair_order_id = r.id AND a.state IN ({_SENT}))
          AND {DECIDES} THEN 'extra'
     WHEN r.state IN ({_TO_PAY}) AND {BILL_IS_THEIRS} THEN 'bill'
     WHEN r.state IN ({_PAID}) AND r.customer_id = $2 THEN 'delivery' END
"""
"""What waits for the reader: inspection, estimate, extra, bill or delivery."""
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
_NEVER: Final = literals(LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED)
_WASHING: Final = literals(HeaderState.WASHING)
_CHECKED: Final = literals(HeaderState.QC_PASSED, HeaderState.WASHING)
_CHECK: Final = literals(Step.CHECK)
_WASH: Final = literals(Step.WASH)
# The final inspection is a step of every visit. The wash is the last, whether it is given or was bought as a job.
COMING: Final = f"""
(SELECT coalesce(json_agg(s.word ORDER BY s.place, s.id), '[]') FROM (
    SELECT l.name AS word, 1 AS place, l.id FROM repair_line l
    WHERE l.repair_order_id = r.id AND l.state IN ({_NEXT}) AND l.name <> {_WASH} AND r.state NOT IN ({_CHECKED})
    UNION ALL SELECT {_CHECK}, 2, 0 WHERE r.state NOT IN ({_CHECKED})
    UNION ALL SELECT {_WASH}, 3, 0 WHERE r.state NOT IN ({_WASHING}) AND (r.wants_wash OR EXISTS (
        SELECT FROM repair_line l WHERE l.repair_order_id = r.id AND l.state IN ({_NEXT}) AND l.name = {_WASH}))
 ) s WHERE NOT {IS_FINISHED}
   AND EXISTS (SELECT FROM repair_line l WHERE l.repair_order_id = r.id AND l.state NOT IN ({_NEVER})))
"""
"""The names of the jobs and steps still to come, in their order, as JSON."""
