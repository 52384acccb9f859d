"""A channel that sends at once, in nobody's name, for tests."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest

from app.wiring import wire
from campaigns import mass_channels
from campaigns.mass_channels import CustomerResult, DirectChannel, MadeTask, SendOutcome
from campaigns.own_words import Carries, Content, fill
from crm_core.customers.models import Purpose
from crm_core.wording.facts import Facts
from foundation import clock
from foundation.errors import OutcomeUnknown


class Shouting(DirectChannel):
    """Remembers what it was asked to send; whether anybody heard it is told later."""

    name = "SHOUT"
    label = "喊话"
    unreached = "听不见"
    platform = "喊话公司"
    file = "shout.txt"
    carries = Carries(longest=40, opt_out=("拒收请回复R",))
    consent = Purpose.MARKETING_SMS
    most_per_task = 500
    lease_seconds = 60
    looked_for = timedelta(minutes=15)
    watched_for = timedelta(days=1)

    def __init__(self) -> None:
        self.shouted: dict[str, tuple[str, str, list[str]]] = {}
        self.heard: dict[str, SendOutcome] = {}
        self.is_silent = False

    def reached_sql(self, staff_id: str | None) -> str:
        return (
            "SELECT a.id AS customer_id, NULL::bigint AS staff_id, 'ear-' || a.id AS address, true AS is_active "
            "FROM asked a"
        )

    async def reach_fen(self) -> int:
        return 5

    async def make(self, content: Content, facts: Facts, *, token: str, addresses: Sequence[str]) -> MadeTask:
        made = MadeTask(f"shout-{len(self.shouted) + 1}")
        self.shouted[made.message_id] = (token, fill(content, facts).text, list(addresses))
        if self.is_silent:
            raise OutcomeUnknown("shouting", "no answer")
        return made

    async def find(self, token: str, asked_at: datetime) -> list[str]:
        return [message_id for message_id, (made, *_) in self.shouted.items() if made == token]

    async def results(self, message_id: str) -> AsyncIterator[CustomerResult]:
        for address in self.shouted[message_id][2]:
            outcome = self.heard.get(address, SendOutcome.WAITING)
            yield CustomerResult(address, outcome, clock.now() if outcome is SendOutcome.SENT else None)

    async def take_back(self, message_id: str) -> bool:
        return True


def registered(monkeypatch: pytest.MonkeyPatch) -> Shouting:
    """The channel, registered for one test."""
    wire()
    shouting = Shouting()
    monkeypatch.setitem(mass_channels._CHANNELS, shouting.name, shouting)
    return shouting
