"""The app's access token and tickets: fetched once for all processes, remembered a moment by each.

Each app has its own secret and its own token (WeCom doc 91039), so the key contains corp, app and a hash of the secret:
two apps can never read each other's token, and a changed secret starts with a new one.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from time import monotonic

from integrations.tokens import SharedToken

MEMORY_SECONDS = 20.0
"""How long a process trusts its own copy without asking Redis: saves a round trip on each call of a mass send. A token
that another process renewed meanwhile costs one refused call, which is then repeated with the new one."""

Fetch = Callable[[], Awaitable[tuple[str, int]]]
"""Asks WeCom: the token or ticket and its life in seconds."""


class AppToken:
    """An access token or a ticket of one app of one corp, `name` says which ("access_token", "agent_ticket", …)."""

    def __init__(self, corp_id: str, agent_id: int, secret: str, fetch: Fetch, *, name: str = "access_token") -> None:
        secret_hash = sha256(secret.encode()).hexdigest()[:32]
        self._shared = SharedToken(f"wecom:{name}:{corp_id}:{agent_id}:{secret_hash}", fetch)
        self._value = ""
        self._trusted_until = 0.0

    async def get(self) -> str:
        """The current value. Raises what the fetch raises."""
        if monotonic() >= self._trusted_until:
            self._remember(await self._shared.get())
        return self._value

    async def renew(self, refused: str) -> str:
        """A value to use after WeCom refused `refused`; fetched only when nobody else has done so yet."""
        if self._value != refused and monotonic() < self._trusted_until:
            return self._value
        self._remember(await self._shared.renew(refused))
        return self._value

    def _remember(self, value: str) -> None:
        self._value = value
        self._trusted_until = monotonic() + MEMORY_SECONDS
