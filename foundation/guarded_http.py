"""Requests to addresses that others choose: each connection goes to an address that was checked, and nowhere else.

A name is resolved anew for every request, by us, and the connection is made to the very addresses that came back: the
name is not resolved a second time, when it might lead elsewhere (DNS rebinding). The check is repeated where the socket
is made: only a numeric address is left there, so no unusual spelling (decimal, IPv4 in IPv6) can slip through.
Redirects are not followed, proxies of the environment are not used, and connections are not kept.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from foundation import attempts
from foundation.public_addresses import Network, may_be_called

TOTAL_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 4.0
Found: TypeAlias = Sequence[tuple[Any, ...]]
"""The result of `getaddrinfo`."""
LookUp: TypeAlias = Callable[[str, int], Awaitable[Found]]


class AddressRefused(Exception):
    """The name leads to an address that may not be called."""


class NoAnswer(Exception):
    """Nobody answered; `how` is `unreachable`, `timeout`, `tls` or `broken`."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


@dataclass(frozen=True)
class Answer:
    """The answer without its body, which is not read: no caller needs it, and it may be endless."""

    status: int
    retry_after: str
    milliseconds: int


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network] = (),
    look_up: LookUp | None = None,
    seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Send one POST to an address that somebody else chose. `allowed` are networks the operator opened.

    Raises:
        AddressRefused: before anything was sent.
        NoAnswer: it may or may not have arrived.
    """
    refused: list[str] = []

    def checked_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, place = info
        if not may_be_called(str(place[0]), allowed):
            refused.append(str(place[0]))
            raise OSError("not to be called")
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        resolver=_Checked(allowed, look_up or _system_look_up, refused),
        use_dns_cache=False,
        force_close=True,
        socket_factory=checked_socket,
    )
    attempts.has_happened("request to a foreign host")
    timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
    began = monotonic()
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            took = int((monotonic() - began) * 1000)
            return Answer(answer.status, answer.headers.get("retry-after", ""), took)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        if refused:
            raise AddressRefused from error
        raise NoAnswer(_how(error)) from error


def _how(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "unreachable" if isinstance(error, aiohttp.ClientConnectorError) else "broken"


async def _system_look_up(host: str, port: int) -> Found:
    return await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)


class _Checked(AbstractResolver):
    """Resolves a name and returns its addresses only if every one of them may be called."""

    def __init__(self, allowed: Sequence[Network], look_up: LookUp, refused: list[str]) -> None:
        self._allowed, self._look_up, self._refused = allowed, look_up, refused

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            OSError: there are none, or one of them may not be called.
        """
        found = await self._look_up(host, port)
        for *_, place in found:
            if not may_be_called(str(place[0]), self._allowed):
                self._refused.append(str(place[0]))
                raise OSError("not to be called")
        return [
            ResolveResult(
                hostname=host, host=str(place[0]), port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
            for kind, *_, place in found
        ]

    async def close(self) -> None:
        """Nothing to do: no connection is kept."""
