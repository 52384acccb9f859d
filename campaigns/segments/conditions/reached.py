"""Conditions about earlier campaigns: what the customer was sent, and what they did with it."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from campaigns.segments.conditions.base import MOST_VALUES, Condition, Days, began_days_ago, ended_days_ago
from campaigns.sql import Parameters
from foundation.fields import Id

_Times = Annotated[int, Field(ge=1, le=100)]
_UNANSWERED: Final = "r.sent_at IS NOT NULL AND num_nonnulls(r.opened_at, r.claimed_at, r.booked_at, r.arrived_at) = 0"
_DID: Final = {
    "sent": ("收到过", "r.sent_at", "r.sent_at IS NOT NULL"),
    "opened": ("打开过", "r.opened_at", "r.opened_at IS NOT NULL"),
    "claimed": ("领过", "r.claimed_at", "r.claimed_at IS NOT NULL"),
    "booked": ("约过", "r.booked_at", "r.booked_at IS NOT NULL"),
    "arrived": ("来过", "r.arrived_at", "r.arrived_at IS NOT NULL"),
    "converted": ("成交过", "r.converted_at", "r.converted_at IS NOT NULL"),
    "opted_out": ("退订过", "r.opted_out_at", "r.opted_out_at IS NOT NULL"),
    "ignored": ("收到没理", "r.sent_at", _UNANSWERED),
}
"""What is asked: its words, the moment that the days are about, and the test."""


class CampaignDid(Condition):
    """活动: was sent one, opened it, claimed, booked, came, paid, opted out, or ignored it; so many times, or never.

    `at_least_days` is how long ago it was at least (ignored for a week), `at_most_days` how long ago at most.
    """

    label = "活动"
    field: Literal["campaign"]
    did: Literal["sent", "opened", "claimed", "booked", "arrived", "converted", "opted_out", "ignored"]
    value: bool = True
    broadcast_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_VALUES)] = ()
    at_least_days: Days | None = None
    at_most_days: Days | None = None
    times: _Times = 1

    @model_validator(mode="after")
    def _in_order(self) -> "CampaignDid":
        if self.at_least_days and self.at_most_days and self.at_least_days > self.at_most_days:
            raise ValueError("下限大于上限")
        return self

    def where(self, to: Parameters) -> str:
        _, column, test = _DID[self.did]
        tests = ["r.customer_id = c.id", test]
        if self.broadcast_ids:
            tests.append(f"r.broadcast_id = ANY({to.add(list(self.broadcast_ids), 'bigint[]')})")
        if self.at_most_days is not None:
            tests.append(f"{column} >= {began_days_ago(self.at_most_days, to)}")
        if self.at_least_days is not None:
            tests.append(f"{column} < {ended_days_ago(self.at_least_days, to)}")
        rows = f"FROM broadcast_recipient r WHERE {' AND '.join(tests)}"
        if self.times > 1:
            found = f"(SELECT count(*) {rows}) >= {to.add(self.times, 'bigint')}"
            return f"({found})" if self.value else f"(NOT {found})"
        return f"EXISTS (SELECT 1 {rows})" if self.value else f"NOT EXISTS (SELECT 1 {rows})"

    def words(self) -> str:
        when = f"近 {self.at_most_days} 天" if self.at_most_days is not None else ""
        when += f"（满 {self.at_least_days} 天）" if self.at_least_days is not None else ""
        which = f"指定的 {len(self.broadcast_ids)} 个活动" if self.broadcast_ids else "活动"
        times = f" {self.times} 次以上" if self.times > 1 else ""
        said = f"{_DID[self.did][0]}{which}{times}"
        return f"{when}{said}" if self.value else f"{when}没有「{said}」"
