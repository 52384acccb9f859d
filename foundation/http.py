"""Outbound HTTP with limits: a timeout on every request, few retries, and a clear error when the outcome is unknown."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import aiohttp
import orjson

from foundation import attempts, metrics
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError

TIMEOUT_SECONDS = 8.0
CONNECT_SECONDS = 3.0
MAX_BODY_BYTES = 25 * 1024 * 1024
"""The largest answer any platform gives is a 20 MB file."""
MAX_CONNECTIONS = 100


@dataclass(frozen=True)
class Response:
    """An answer that was read completely."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The parsed body.

        Raises:
            ValueError: the body is not JSON.
        """
        return orjson.loads(self.body)


class HttpClient:
    """One outside service: its name for metrics, its base address, one connection pool per event loop."""

    def __init__(self, name: str, base_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/") + "/"
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        retries: int = 0,
        metric_path: str | None = None,
    ) -> Response:
        """Send one request.

        `retries` is the number of further tries after a connection that could not be made or, for GET, one that broke.
        `metric_path` names the call in the metrics when `path` itself contains an id.

        Raises:
            PlatformError: the service could not be reached (kind BUSY), or its answer exceeds MAX_BODY_BYTES.
            OutcomeUnknown: a request other than GET was sent and no answer came, so it may have had an effect.
        """
        body = orjson.dumps(json) if json is not None else data
        all_headers = {"Content-Type": "application/json"} if json is not None else {}
        all_headers.update(headers or {})
        call = metric_path or path
        attempts.has_happened("request to a platform")
        for attempt in range(retries + 1):
            started = monotonic()
            try:
                response = await self._send(method, path, params, body, all_headers)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                # Nothing was sent, so trying again is always safe.
                self._count(call, "unreachable", started)
                if attempt == retries:
                    raise PlatformError(self.name, "unreachable", type(error).__name__, kind=ErrorKind.BUSY) from error
            except (aiohttp.ClientError, TimeoutError) as error:
                self._count(call, "broken", started)
                if method not in {"GET", "HEAD"}:
                    raise OutcomeUnknown(self.name, call) from error
                if attempt == retries:
                    raise PlatformError(self.name, "timeout", type(error).__name__, kind=ErrorKind.BUSY) from error
            else:
                self._count(call, str(response.status), started)
                return response
            await asyncio.sleep(0.2 * 2**attempt * (0.5 + random.random()))
        raise AssertionError("unreachable")

    async def _send(
        self, method: str, path: str, params: Mapping[str, str | int] | None, body: Any, headers: Mapping[str, str]
    ) -> Response:
        async with self._open().request(
            method, self.base_url + path.lstrip("/"), params=params, data=body, headers=headers, allow_redirects=False
        ) as answer:
            content = await answer.content.read(MAX_BODY_BYTES + 1)
            while len(content) <= MAX_BODY_BYTES and not answer.content.at_eof():
                content += await answer.content.read(MAX_BODY_BYTES + 1 - len(content))
            if len(content) > MAX_BODY_BYTES:
                raise PlatformError(self.name, "too_large", path)
            return Response(answer.status, answer.headers, content)

    def _open(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
            self._loop = loop
        return self._session

    def _count(self, path: str, outcome: str, started: float) -> None:
        metrics.platform_calls_total.labels(self.name, path.split("?")[0], outcome).inc()
        metrics.platform_seconds.labels(self.name).observe(monotonic() - started)

    async def close(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None
