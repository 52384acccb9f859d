"""`callback_accept`: WeCom callbacks verified, decrypted and committed with their jobs; floor: a bare Sanic handler.

Each side runs one web process under the same load from this process. Every callback is new and is answered only after
its commit. Rounds alternate and medians are compared. The latency is then measured at half of the rate we reached,
evenly spread.
"""

import itertools
import statistics
import time
from collections.abc import Iterator
from typing import Any

from app.embedded.ports import free_port
from benchmarks.load import Load, load, post
from benchmarks.stack import migrated, servers
from bot.door import PATH
from foundation.settings import get_settings
from integrations.wecom.callback_crypto import CallbackCrypto

GOAL = 1 / 3
LEAST = 0.20
P99_GOAL_MS = 50.0
ROUNDS = 3
SECONDS = 3.0
CONNECTIONS = 64
SEALED = 12_000
"""Callbacks prepared for each round: more than one process can accept in that time."""
NONCE = "1372623149"


async def run() -> dict[str, Any]:
    """The ratio of callbacks per second at our endpoint to requests per second at the bare handler."""
    with servers() as stack:
        await migrated(stack)
        floor_port = free_port()
        async with (
            stack.process("-m", "app.cli", "serve", port=stack.port, WEDEALER_ENVIRONMENT="bench"),
            stack.process("-m", "benchmarks.floors", "hello", str(floor_port), port=floor_port),
        ):
            size = len(sealed("size", 1)[0])
            floors, ours = [], []
            for number in range(ROUNDS + 1):
                floors.append((await _loaded(floor_port, itertools.repeat(post("/hello", b"x" * size)))).per_second)
                ours.append((await _loaded(stack.port, iter(sealed(f"round{number}")))).per_second)
            # The first round warms both up.
            value, floor_value = statistics.median(ours[1:]), statistics.median(floors[1:])
            evenly = await _loaded(stack.port, iter(sealed("evenly")), per_second=value / 2)
    p99_ms = evenly.percentile(0.99) * 1000
    return {
        "name": "callback_accept",
        "value": round(value),
        "unit": "callbacks/s",
        "floor": "bare Sanic handler that answers 200",
        "floor_value": round(floor_value),
        "ratio": round(value / floor_value, 3),
        "goal": round(GOAL, 3),
        "met": value / floor_value >= GOAL and p99_ms < P99_GOAL_MS,
        "least": LEAST,
        "p99_ms_at_half_load": round(p99_ms, 1),
        "p99_goal_ms": P99_GOAL_MS,
    }


async def _loaded(port: int, requests: Iterator[bytes], per_second: float = 0.0) -> Load:
    result = await load(port, requests, connections=CONNECTIONS, seconds=SECONDS, per_second=per_second)
    refused = {status for status in result.statuses if status >= 300}
    if refused:
        raise RuntimeError(f"answers with status {refused}: the measurement would mean nothing")
    return result


def sealed(mark: str, count: int = SEALED) -> list[bytes]:
    """`count` different callbacks as WeCom would send them; none of them causes further work."""
    wecom = get_settings().wecom
    crypto = CallbackCrypto(
        wecom.callback_token.get_secret_value(), wecom.callback_aes_key.get_secret_value(), wecom.corp_id
    )
    now = str(int(time.time()))
    made = []
    for number in range(count):
        xml = (
            f"<xml><ToUserName><![CDATA[{wecom.corp_id}]]></ToUserName>"
            f"<FromUserName><![CDATA[{mark}-{number}]]></FromUserName><CreateTime>{now}</CreateTime>"
            "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[enter_agent]]></Event>"
            f"<EventKey><![CDATA[]]></EventKey><AgentID>{wecom.agent_id}</AgentID></xml>"
        )
        encrypted = crypto.encrypt(xml.encode())
        body = (
            f"<xml><ToUserName><![CDATA[{wecom.corp_id}]]></ToUserName><AgentID>{wecom.agent_id}</AgentID>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        query = f"msg_signature={crypto.signature(now, NONCE, encrypted)}&timestamp={now}&nonce={NONCE}"
        made.append(post(f"{PATH}?{query}", body.encode()))
    return made
