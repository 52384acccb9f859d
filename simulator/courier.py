"""Brings deliveries to the product, with the deadline, retries of the same bytes, and the faults asked for.

Deadlines and retry spacing are real time (they belong to the network); only payment notifications wait on the
business clock, and those are kept by `simulator.pay.notifications`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from foundation.logging import logger
from simulator.clock import Clock
from simulator.faults import Faults, Plan
from simulator.platform_log import LogEntry, PlatformLog

RETRIES = 3
"""Attempts after the first one (WeCom doc 90930; the same for message pushes of the mini program)."""
REORDER_WINDOW_SECONDS = 1.0
"""How long a reordered delivery lets others pass before it goes all the same."""
MAX_REMEMBERED = 2_000
"""Deliveries that can be brought again by hand."""
MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Delivery:
    """A callback or notification to deliver. `key` names it for the faults; each attempt sends the same `params` and
    `body`.
    """

    id: str
    channel: str
    door: str
    name: str
    key: str
    url: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    plain: str
    summary: str = ""


@dataclass(frozen=True)
class Answer:
    """The product's answer; status 0 means that none came in time."""

    status: int
    body: bytes
    error: str = ""


Taken = Callable[[Answer], Awaitable[None]]


@dataclass
class _Channel:
    """Lets a reordered delivery wait for the one behind it."""

    passed: asyncio.Event = field(default_factory=asyncio.Event)


class Courier:
    """Sends deliveries as tasks of the running loop; `settle()` waits until all have arrived or given up."""

    def __init__(
        self, *, clock: Clock, log: PlatformLog, faults: Faults, deadline_seconds: float, retry_seconds: float
    ) -> None:
        self._clock = clock
        self._log = log
        self._faults = faults
        self._deadline_seconds = deadline_seconds
        self._retry_seconds = retry_seconds
        self._http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._channels: dict[str, _Channel] = {}
        self.sent: dict[str, Delivery] = {}

    async def open(self) -> None:
        """Open the HTTP client."""
        # The product's certificate may be self-signed. No cookies are kept, since no platform keeps any.
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Stop every delivery under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def settle(self) -> bool:
        """Wait until no delivery is under way; whether there was one."""
        was_busy = bool(self._tasks)
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)
        return was_busy

    def send(self, delivery: Delivery, taken: Taken | None = None) -> None:
        """Start the delivery with whatever faults the seed decides."""
        self._remember(delivery)
        plan = self._faults.plan(delivery.channel, delivery.key)
        if plan.drop:
            self.note_drop(delivery, plan.label, 0)
            return
        for copy in range(plan.copies):
            fault = "" if copy == 0 and plan.label == "repeat" else plan.label
            self.spawn(self._carry(delivery, plan, fault, taken if copy == 0 else None))

    def _remember(self, delivery: Delivery) -> None:
        self.sent[delivery.id] = delivery
        if len(self.sent) > MAX_REMEMBERED:
            self.sent.pop(next(iter(self.sent)))

    def send_again(self, delivery_id: str) -> bool:
        """Bring an earlier delivery once more, byte for byte; False when it is no longer known."""
        delivery = self.sent.get(delivery_id)
        if delivery is None:
            return False
        self.spawn(self._carry(delivery, Plan(), "again", None))
        return True

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work concurrently with the request that caused it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("simulator_delivery_failed", error=repr(error))

    async def _carry(self, delivery: Delivery, plan: Plan, fault: str, taken: Taken | None) -> None:
        await self.hold_back(delivery.channel, plan)
        for attempt in range(1, RETRIES + 2):
            answer = await self.attempt(delivery, fault=fault, attempt=attempt)
            if attempt == 1:
                self.let_pass(delivery.channel)
            if answer.status == 200:
                if taken is not None:
                    await taken(answer)
                return
            await asyncio.sleep(self._retry_seconds)

    async def attempt(self, delivery: Delivery, *, fault: str, attempt: int) -> Answer:
        """One POST with the deadline, logged."""
        assert self._http is not None, "open() first"
        started = time.monotonic()
        try:
            async with self._http.post(
                delivery.url,
                params=delivery.params,
                data=delivery.body,
                headers=delivery.headers,
                timeout=aiohttp.ClientTimeout(total=self._deadline_seconds),
                allow_redirects=False,
            ) as response:
                answer = Answer(response.status, await response.content.read(MAX_ANSWER_BYTES))
        except TimeoutError:
            answer = Answer(0, b"", f"no answer in {self._deadline_seconds:g} s")
        except aiohttp.ClientError as error:
            answer = Answer(0, b"", type(error).__name__)
        self._note(delivery, answer, fault, attempt, (time.monotonic() - started) * 1000)
        return answer

    async def get(self, url: str, params: dict[str, str], deadline_seconds: float) -> Answer:
        """A GET, for the URL check."""
        assert self._http is not None, "open() first"
        try:
            timeout = aiohttp.ClientTimeout(total=deadline_seconds)
            async with self._http.get(url, params=params, timeout=timeout) as response:
                return Answer(response.status, await response.content.read(MAX_ANSWER_BYTES))
        except TimeoutError:
            return Answer(0, b"", f"no answer in {deadline_seconds:g} s")
        except aiohttp.ClientError as error:
            return Answer(0, b"", type(error).__name__)

    def note_drop(self, delivery: Delivery, fault: str, attempt: int) -> None:
        """Log a delivery that was dropped."""
        self._note(delivery, Answer(0, b"", "dropped on the way"), fault, attempt, 0.0)

    async def hold_back(self, channel: str, plan: Plan) -> None:
        """Wait as long as the plan delays, or until another one has passed."""
        if plan.delay_seconds:
            await asyncio.sleep(plan.delay_seconds)
        if plan.reorder:
            try:
                await asyncio.wait_for(self._channel(channel).passed.wait(), REORDER_WINDOW_SECONDS)
            except TimeoutError:
                return

    def let_pass(self, channel: str) -> None:
        """A delivery has arrived: release those held back behind it; later ones wait for the next arrival."""
        waiting = self._channel(channel)
        waiting.passed.set()
        waiting.passed = asyncio.Event()

    def _channel(self, name: str) -> _Channel:
        return self._channels.setdefault(name, _Channel())

    def _note(self, delivery: Delivery, answer: Answer, fault: str, attempt: int, duration_ms: float) -> None:
        self._log.add(
            LogEntry(
                id=0,
                at=self._clock.timestamp(),
                direction="delivery",
                door=delivery.door,
                name=delivery.name,
                summary=delivery.summary,
                method="POST",
                url=delivery.url,
                status=answer.status,
                duration_ms=round(duration_ms, 1),
                attempt=attempt,
                fault=fault,
                note=answer.error,
                ciphertext=delivery.body.decode(),
                plain=delivery.plain,
                answer=answer.body.decode(errors="replace"),
                delivery_id=delivery.id,
            )
        )
