"""How often we may call, kept on our side: WeCom drops surplus messages silently and blocks a corp for surplus calls.

The published numbers differ between copies of the frequency page (WeCom doc 90312), so they are configuration. A limit
of N per window is kept as a burst plus a steady rate that together never pass N in any window of that length.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

from foundation.cache import RateLimit
from integrations.wecom.errors import WeComLimitReached

MAX_LEASE_CALLS = 20
"""Calls a process takes from the corp's shared allowance at once, so that Redis is asked once for 20 calls."""

LEASES_PER_MINUTE = 500
"""A lease is at most this part of the allowance, so that small allowances are counted call by call."""

LEASE_SECONDS = 1.0
"""The unused rest of a lease is forgotten after this: too short to pile up before the next window."""

MINUTE_SECONDS = 60.0
HOUR_SECONDS = 3600.0

MEMBER_BURST_SHARE = 1 / 3
"""A member may get ten cards at once, then one each 3 s: work comes in bursts."""

CALL_BURST_SHARE = 1 / 20
"""Calls of a mass dispatch come steadily: a small burst leaves 95 % of the allowance for every later window."""


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The allowances of one app; 0 switches a limit off."""

    messages_per_member_minute: int = 30
    messages_per_member_hour: int = 1_000
    calls_per_api_minute: int = 10_000
    calls_per_api_hour: int = 150_000


def steady(name: str, *, per_window: int, window_seconds: float, burst_share: float) -> RateLimit:
    """A limit never above `per_window` in any window: `burst_share` of it may come at once, the rest flows evenly."""
    burst = max(int(per_window * burst_share), 1)
    flow = max(per_window - burst, 1)
    return RateLimit(name, limit=burst, period_seconds=window_seconds * burst / flow)


@dataclass(slots=True)
class _Lease:
    left: int = 0
    ends_at: float = 0.0


@dataclass(slots=True)
class Gate:
    """Counts a call against the limits before it is made. One per app and process; the counts are in Redis."""

    corp_id: str
    agent_id: int
    limits: CallLimits = field(default_factory=CallLimits)
    _leases: dict[str, _Lease] = field(default_factory=dict)

    async def before_call(self, path: str) -> None:
        """Take one of the corp's places for this API. Raises `WeComLimitReached` when none is free."""
        lease = self._leases.setdefault(path, _Lease())
        if lease.left <= 0 or monotonic() >= lease.ends_at:
            calls = self._calls_at_once()
            minute, hour = self.limits.calls_per_api_minute // calls, self.limits.calls_per_api_hour // calls
            key = f"{self.corp_id}:{path}"
            await _take("wecom:api:minute", key, minute, MINUTE_SECONDS, CALL_BURST_SHARE, path)
            await _take("wecom:api:hour", key, hour, HOUR_SECONDS, CALL_BURST_SHARE, path)
            lease.left, lease.ends_at = calls, monotonic() + LEASE_SECONDS
        lease.left -= 1

    async def calls_left(self, path: str) -> int | None:
        """How many calls of this API the corp may still make within an hour: those free now and those that become free.
        None if they are not limited, or nobody can tell now.
        """
        if self.limits.calls_per_api_hour <= 0:
            return None
        calls = self._calls_at_once()
        limit = steady(
            "wecom:api:hour",
            per_window=self.limits.calls_per_api_hour // calls,
            window_seconds=HOUR_SECONDS,
            burst_share=CALL_BURST_SHARE,
        )
        free = await limit.free_within(HOUR_SECONDS, f"{self.corp_id}:{path}")
        return None if free is None else free * calls

    def _calls_at_once(self) -> int:
        return min(max(self.limits.calls_per_api_minute // LEASES_PER_MINUTE, 1), MAX_LEASE_CALLS)

    async def before_message(self, user_ids: Iterable[str]) -> None:
        """Take a place for each receiver of message/send. Raises `WeComLimitReached` when one has none left."""
        minute, hour = self.limits.messages_per_member_minute, self.limits.messages_per_member_hour
        for user_id in user_ids:
            key = f"{self.corp_id}:{self.agent_id}:{user_id.lower()}"
            await _take("wecom:message:minute", key, minute, MINUTE_SECONDS, MEMBER_BURST_SHARE, "message/send")
            await _take("wecom:message:hour", key, hour, HOUR_SECONDS, MEMBER_BURST_SHARE, "message/send")


async def _take(name: str, key: str, per_window: int, window_seconds: float, burst_share: float, call: str) -> None:
    if per_window <= 0:
        return
    limit = steady(name, per_window=per_window, window_seconds=window_seconds, burst_share=burst_share)
    waiting_seconds = await limit.wait_seconds(key)
    if waiting_seconds > 0:
        raise WeComLimitReached(call, waiting_seconds)
