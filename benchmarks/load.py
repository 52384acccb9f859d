"""A small HTTP/1.1 load generator: keep-alive connections send prepared bytes at full speed, or evenly at a rate."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """The answers that came back, counted by status, with the latency of each in seconds."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers with a status below 300 each second."""
        return sum(count for status, count in self.statuses.items() if status < 300) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which `share` of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Connection(asyncio.Protocol):
    """One connection without pipelining: the next request leaves when the last answer has arrived completely."""

    def __init__(
        self, requests: Iterator[bytes], load: Load, until: float, gap_seconds: float, wait_seconds: float
    ) -> None:
        self.requests, self.load, self.until, self.gap_seconds = requests, load, until, gap_seconds
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.due_at = time.perf_counter() + wait_seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send_when_due()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self.buffer[:head_end].lower()
        marker = head.find(b"content-length:")
        length = int(head[marker + 15 :].split(b"\r\n", 1)[0]) if marker >= 0 else 0
        if len(self.buffer) < head_end + 4 + length:
            return
        status = int(self.buffer[9:12])
        self.buffer = self.buffer[head_end + 4 + length :]
        self.load.statuses[status] = self.load.statuses.get(status, 0) + 1
        self.load.latencies.append(time.perf_counter() - self.sent_at)
        if self.gap_seconds:
            self.due_at += self.gap_seconds
            self._send_when_due()
        else:
            self._send()

    def _send_when_due(self) -> None:
        asyncio.get_running_loop().call_later(max(0.0, self.due_at - time.perf_counter()), self._send)

    def _send(self) -> None:
        request = next(self.requests, None)
        if request is None or time.perf_counter() >= self.until:
            self.transport.close()
        else:
            self.sent_at = time.perf_counter()
            self.transport.write(request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def load(
    port: int, requests: Iterator[bytes], *, connections: int = 32, seconds: float = 4.0, per_second: float = 0.0
) -> Load:
    """Send until `seconds` have passed or `requests` end; `per_second` spreads them evenly instead of full speed."""
    result = Load()
    started = time.perf_counter()
    gap = connections / per_second if per_second else 0.0
    loop = asyncio.get_running_loop()
    made: list[_Connection] = []
    for number in range(connections):
        # Connections start one after another within the first gap: all at once they would send in bursts, not evenly.
        made.append(_Connection(requests, result, started + seconds, gap, wait_seconds=gap * number / connections))
        await loop.create_connection(lambda: made[-1], "127.0.0.1", port)
    await asyncio.gather(*(connection.done for connection in made))
    result.seconds = time.perf_counter() - started
    return result


def get(path: str, **headers: str) -> bytes:
    """A GET as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n".encode()


def post(path: str, body: bytes, content_type: str = "text/xml") -> bytes:
    """A POST as bytes."""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body
