"""The notice that a service is due: one in the mini-program, to owners whose turn it is and who still allow one.

It is about the owner's car and offers nothing, so it needs no approval; whoever is in a control group gets none, since
what a broadcast brings could not be told any more.
"""

from typing import Final

from campaigns.channels.subscribe_mass import DUE_NOTICE, TAKES_NOTICES
from campaigns.exclusions import BOOKED, IN_WORKSHOP
from campaigns.measuring import WINDOW
from campaigns.waking.facts import HELD_OUT
from campaigns.waking.loop.following import NOTICE_KEY
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.loop.turning import RUNNING
from campaigns.waking.rules import Path
from crm_core.due_dates.rules import DueKind
from crm_core.messaging.service import say
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.reading import Query, literals, read_model
from foundation.refs import Ref

LOT: Final = 200
_SERVICE: Final = literals(DueKind.FIRST_SERVICE, DueKind.REGULAR_SERVICE)
_WAITS: Final = (
    f"a.state = {literals(AttemptState.OPEN)} AND a.path = {literals(Path.NOTICE)} AND a.sent_at IS NULL "
    "AND a.from_on <= $1 AND d.due_on <= $1 AND c.marketing_stopped_at IS NULL AND c.gone_reason = '' "
    "AND c.restricted_at IS NULL AND c.merged_into_id IS NULL "
    f"AND {RUNNING} AND NOT {BOOKED} AND NOT {IN_WORKSHOP} AND NOT {HELD_OUT.format(measured_at='$2')}"
)
_DUE: Final = f"""
FROM waking_attempt a JOIN customer c ON c.id = a.customer_id
JOIN ownership o ON o.customer_id = c.id AND o.until_on IS NULL AND o.role = {literals(BindingRole.OWNER)}
JOIN vehicle v ON v.id = o.vehicle_id AND v.gone_reason = ''
JOIN due_date d ON d.vehicle_id = v.id AND d.kind IN ({_SERVICE})
WHERE {_WAITS}
"""


@read_model
class _Waiting:
    attempt_id: int
    customer_id: int
    vehicle_id: int
    store_short: str
    model_short: str
    plate: str | None
    due_on: str


_NEXT: Final = Query(
    _Waiting,
    f"""
    SELECT q.attempt_id, q.customer_id, q.vehicle_id, s.short_name AS store_short, m.series AS model_short,
      nullif(q.plate, '') AS plate, q.due_on::text AS due_on
    FROM (SELECT DISTINCT ON (a.id) a.id AS attempt_id, a.customer_id, a.store_id, v.id AS vehicle_id, v.model_id,
      v.plate, d.due_on {_DUE} AND {TAKES_NOTICES} AND a.id > $3
      AND NOT EXISTS (SELECT FROM message x WHERE x.dedupe_key = '{NOTICE_KEY}' || a.id)
      ORDER BY a.id, d.due_on LIMIT {LOT}) q
    JOIN store s ON s.id = q.store_id JOIN vehicle_model m ON m.id = q.model_id ORDER BY q.attempt_id
    """,
)
_STILL: Final = f"SELECT EXISTS (SELECT {_DUE} AND v.id = $3)"


async def notice() -> None:
    """Tell those whose turn it is that their car's service is due, each once for a try."""
    after = 0
    while waiting := await _NEXT.all(clock.today(), clock.at(clock.today() - WINDOW), after):
        for each in waiting:
            await say(
                DUE_NOTICE,
                {
                    "store_short": each.store_short,
                    "model_short": each.model_short,
                    "plate": each.plate,
                    "due_on": each.due_on,
                },
                customer_id=each.customer_id,
                about=Ref("vehicle", each.vehicle_id),
                dedupe_key=f"{NOTICE_KEY}{each.attempt_id}",
            )
        after = waiting[-1].attempt_id


async def still_due(vehicle_id: int) -> bool:
    """Whether the car's owner is still to be told that its service is due."""
    measured_since = clock.at(clock.today() - WINDOW)
    return bool(await database.fetch_value(_STILL, clock.today(), measured_since, vehicle_id))
