"""What the owner pays for the runs of their booking, with the bill of the visit."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from crm_core.policies.current import policy_of
from crm_core.valet import rules
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import BILLED, ValetPolicy


@dataclass(frozen=True)
class Fee:
    """One run to bill; `shown` is the fingerprint of what the owner was shown when they asked for it."""

    run_id: int
    name: str
    fee_fen: int
    asked_at: datetime
    shown: str


async def of_visit(store_id: int, appointment_id: int | None, repairs_fen: int) -> list[Fee]:
    """The runs to bill with a visit whose owner pays `repairs_fen` for repairs; none if that makes them free."""
    if appointment_id is None:
        return []
    policy = await policy_of(ValetPolicy, store_id)
    if rules.is_free(repairs_fen, policy):
        return []
    runs = ValetRun.filter(appointment_id=appointment_id, state__in=BILLED, fee_fen__gt=0)
    return [
        Fee(
            run_id=run.id,
            name=run.kind.word,
            fee_fen=run.fee_fen,
            asked_at=run.created_at,
            shown=sha256(f"valet_run:{run.id}:{run.fee_fen}".encode()).hexdigest(),
        )
        for run in await runs.order_by("id")
    ]
