"""Limits for endpoints that are open to everybody.

Some of them ask a platform, e.g. about a login code. The platform counts our calls, and an invented code costs as much
as a real one, so without a limit of ours a flood of invented codes would use up everybody's sign-ins. Each call is
therefore counted before it is made, against the caller's address and against all callers together. When the code turns
out to be real, the address gets its count back: an office behind one address can sign in as often as it likes, and only
refusals count.
"""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sanic import Request

from foundation.cache import RateLimit
from foundation.errors import PlatformError, TooManyRequests


class TooManyStrangers(TooManyRequests):
    """This address has been refused too often, or all addresses together have asked too often."""

    code = "too_many_attempts"
    message = "登录失败的次数太多，请稍后再试。"


class Strangers:
    """The limits of one endpoint that asks a platform.

    `refusals`: how many invented or used codes one address may send per `period_seconds`. `calls`: how many calls to
    the platform all addresses together may cause per `period_seconds`.
    """

    def __init__(self, name: str, *, refusals: int, calls: int, period_seconds: float) -> None:
        self._refusals = RateLimit(f"{name}_refusals", limit=refusals, period_seconds=period_seconds)
        self._calls = RateLimit(f"{name}_calls", limit=calls, period_seconds=period_seconds)

    @asynccontextmanager
    async def asking(self, request: Request) -> AsyncIterator[None]:
        """Wrap the call to the platform. An exception inside the block counts as a refusal, unless it is a
        PlatformError.

        Raises:
            TooManyStrangers: before the platform is asked; its details say in how many seconds to try again.
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
    """The limits of an endpoint that answers everybody from our own database and asks no platform.

    One address may look `per_address` times in `period_seconds`, all addresses together `altogether` times.
    """

    def __init__(self, name: str, *, per_address: int, altogether: int, period_seconds: float) -> None:
        self._own = RateLimit(f"{name}_looks", limit=per_address, period_seconds=period_seconds)
        self._all = RateLimit(f"{name}_all_looks", limit=altogether, period_seconds=period_seconds)

    async def admit(self, request: Request) -> None:
        """Count this request.

        Raises:
            TooManyRequests: a limit is reached; its details say in how many seconds to try again.
        """
        for limit, key in ((self._own, request.client_ip), (self._all, "")):
            if wait := await limit.wait_seconds(key):
                raise TooManyRequests(retry_after_seconds=math.ceil(wait))
