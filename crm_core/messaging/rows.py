"""The read models of a message row for the code that delivers it."""

from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.messaging.models import MessageState
from crm_core.messaging.ways import ReasonCode
from crm_core.wording.facts import KeptFact
from foundation.reading import Query, literals, names_of, read_model

REACHED_NOBODY: Final = literals(MessageState.FAILED, MessageState.SKIPPED)
"""The final states of a message that should have reached somebody but did not, as SQL."""


@read_model
class InHand:
    """A message row."""

    id: int
    template: str
    variant: str
    customer_id: int | None
    staff_id: int | None
    facts: dict[str, KeptFact]
    about: str
    about_version: int
    address: str
    dedupe_key: str
    state: MessageState
    way: int
    channel: str
    unanswered: bool
    reason: str
    reason_code: ReasonCode
    created_at: datetime
    send_before: datetime | None
    platform_id: str


@read_model
class Leasable(InHand):
    """A message row that a worker wants to lease."""

    userid: str
    """The WeCom id of the staff member who gets it; empty for customers."""
    lease_age: timedelta
    """The real time since the last lease; zero if there was none."""


def columns_of(model: Any, alias: str) -> str:
    """The fields of a read model as SQL columns of the table `alias`."""
    return ", ".join(f"{alias}.{name}" for name in names_of(model))


MESSAGE = Query(InHand, f"SELECT {columns_of(InHand, 'm')} FROM message m WHERE m.id = $1")
TO_LEASE = Query(
    Leasable,
    f"SELECT {columns_of(InHand, 'm')}, coalesce(s.userid, '') AS userid, "
    "  coalesce(clock_timestamp() - m.leased_at, '0'::interval) AS lease_age "
    "FROM message m LEFT JOIN staff s ON s.id = m.staff_id WHERE m.id = $1 FOR UPDATE OF m",
)
