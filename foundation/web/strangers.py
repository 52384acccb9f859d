"""Doors that are open to everybody and ask a platform about what they are given.

A platform counts our calls, and an invented code costs as much as a real one: without a limit of ours, whoever sends
junk spends the sign-ins of everybody. So a call has to be paid for before it is made, by the caller's address and by
all together. What turns out to be real is given back to the address: an office behind one address signs in as often as
it likes, and only refusals count.
"""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sanic import Request

from foundation.cache import RateLimit
from foundation.errors import PlatformError, TooManyRequests


class TooManyStrangers(TooManyRequests):
    """This address, or everybody together, has asked too often in vain."""

    code = "too_many_attempts"
    message = "登录失败的次数太多，请稍后再试。"


class Strangers:
    """The limits of one such door.

    `refusals` per address and `period_seconds`: invented or used codes. `calls` per `period_seconds`: what all
    addresses together may cost the platform.
    """

    def __init__(self, name: str, *, refusals: int, calls: int, period_seconds: float) -> None:
        self._refusals = RateLimit(f"{name}_refusals", limit=refusals, period_seconds=period_seconds)
        self._calls = RateLimit(f"{name}_calls", limit=calls, period_seconds=period_seconds)

    @asynccontextmanager
    async def asking(self, request: Request) -> AsyncIterator[None]:
        """Around the question to the platform; an exception inside is a refusal, unless the platform is only busy.

        Raises:
            TooManyStrangers: before the platform is asked; its details say in how many seconds to come again.
        """
        address = request.client_ip
        if wait := await self._refusals.wait_seconds(address):
            raise _refusal(wait)
        if wait := await self._calls.wait_seconds():
            await self._refusals.give_back(address)
            raise _refusal(wait)
        try:
            yield
        except PlatformError:
            await self._refusals.give_back(address)
            raise
        await self._refusals.give_back(address)


def _refusal(wait: float) -> TooManyStrangers:
    return TooManyStrangers(retry_after_seconds=math.ceil(wait))


class PublicDoor:
    """The limits of a door that answers everybody out of our own database and asks no platform.

    `per_address` and `altogether` looks in `period_seconds`: what one address may see, and what all of them together
    may cost us.
    """

    def __init__(self, name: str, *, per_address: int, altogether: int, period_seconds: float) -> None:
        self._own = RateLimit(f"{name}_looks", limit=per_address, period_seconds=period_seconds)
        self._all = RateLimit(f"{name}_all_looks", limit=altogether, period_seconds=period_seconds)

    async def admit(self, request: Request) -> None:
        """Count this look.

        Raises:
            TooManyRequests: its details say in how many seconds to come again.
        """
        for limit, key in ((self._own, request.client_ip), (self._all, "")):
            if wait := await limit.wait_seconds(key):
                raise TooManyRequests(retry_after_seconds=math.ceil(wait))
