"""人工电话: a task for the store's own people, with what to say. Whom they talked with was reached.

No platform is called: the tasks are rows of ours, opened and taken back in one transaction each. Each person is a list
of their own, so that one can be taken back without the others.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from campaigns.mass_channels import CustomerResult, DirectChannel, MadeTask, SendOutcome, mass_channel
from campaigns.own_words import Carries, Content, fill
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import system
from crm_core.policies.current import group_policy
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.tasks import calling
from crm_core.tasks.rules import CallOutcome
from crm_core.vehicles.models import BindingRole
from crm_core.wording import limits
from crm_core.wording.facts import Facts
from foundation.reading import literals

FILE: Final = "call_list.txt"
_OUTCOMES: Final = {
    CallOutcome.WAITING: SendOutcome.WAITING,
    CallOutcome.TALKED: SendOutcome.SENT,
    CallOutcome.NOT_REACHED: SendOutcome.UNREACHED,
}

limits.declare_text(FILE, lambda words: limits.over("要说的话", words, calling.LONGEST))


@dataclass(frozen=True)
class CallListPolicy(Policy, key="call_list", title="活动电话", is_group_only=True):
    """What the group reckons for a call."""

    reach_fen: int = rule(300, "活动电话触达一位客户的成本", Unit.YUAN, 0, 100_00)
    """A few minutes of whoever calls."""


@mass_channel
class CallList(DirectChannel):
    """A call by the store's own people."""

    name = "CALL_LIST"
    label = "人工电话"
    unreached = "电话打不通，或者没有车在名下"
    platform = "门店电话"
    file = FILE
    consent = Purpose.MARKETING_CALL
    most_per_task = 1
    is_by_person = True
    lease_seconds = 60
    looked_for = timedelta(minutes=15)
    watched_for = timedelta(days=1)
    carries = Carries(longest=calling.LONGEST, opt_out=(), states_terms=True)

    def reached_sql(self, staff_id: str | None) -> str:
        """Whoever has a phone that can be called and owns a car. Who is called for another campaign already is refused
        when the list is made, and goes on.
        """
        return (
            "SELECT a.id AS customer_id, NULL::bigint AS staff_id, a.id::text AS address, true AS is_active "
            "FROM asked a JOIN customer n ON n.id = a.id "
            "WHERE n.phone <> '' AND n.is_phone_usable "
            "AND EXISTS (SELECT FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id AND v.gone_reason = '' "
            "  WHERE o.customer_id = n.id AND o.until_on IS NULL "
            f"  AND o.role = {literals(BindingRole.OWNER)} AND coalesce(n.home_store_id, v.home_store_id) IS NOT NULL)"
        )

    async def reach_fen(self) -> int:
        """The group's estimate."""
        return (await group_policy(CallListPolicy)).reach_fen

    async def make(self, content: Content, facts: Facts, *, token: str, addresses: Sequence[str]) -> MadeTask:
        """Put them on the list, all or none."""
        opened = await calling.open_calls(token, [int(one) for one in addresses], fill(content, facts).text.strip())
        known = {str(one) for one in opened}
        return MadeTask(token, tuple(one for one in addresses if one not in known))

    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """The list itself, once it is open."""
        return [token] if await calling.is_open(token) else []

    async def was_asked(self, token: str) -> bool:
        """A list is opened as a whole."""
        return await calling.is_open(token)

    async def results(self, message_id: str) -> AsyncIterator[CustomerResult]:
        """What the calls have come to."""
        for each in await calling.outcomes(message_id):
            outcome = _OUTCOMES[each.outcome]
            yield CustomerResult(str(each.customer_id), outcome, each.at if outcome is SendOutcome.SENT else None)

    async def take_back(self, message_id: str) -> bool:
        """Nobody is called any longer."""
        await calling.take_back(str(system("broadcast")), message_id)
        return True
