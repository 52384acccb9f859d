"""The embedded Valkey answers its owner, keeps what it should and goes with its starter."""

from pathlib import Path

import pytest
from redis import asyncio as aioredis
from redis.exceptions import AuthenticationError

from app.embedded import EmbeddedValkey


async def test_it_answers_and_runs_scripts(valkey: EmbeddedValkey) -> None:
    client = aioredis.from_url(valkey.url, decode_responses=True)
    assert await client.eval("return redis.call('PING')", 0)
    await client.aclose()


async def test_nobody_without_the_password_gets_in(valkey: EmbeddedValkey) -> None:
    client = aioredis.from_url(f"redis://127.0.0.1:{valkey.port}/0")
    with pytest.raises(AuthenticationError):
        await client.get("token")
    await client.aclose()


async def test_durable_data_survives_a_stop(scratch: Path) -> None:
    for attempt, expected in enumerate([None, "0"]):
        with EmbeddedValkey(scratch / "kept-valkey", durable=True) as server:
            client = aioredis.from_url(server.url, decode_responses=True)
            assert await client.get("attempt") == expected
            await client.set("attempt", attempt)
            await client.aclose()


def test_the_password_is_not_on_the_command_line(valkey: EmbeddedValkey) -> None:
    password = valkey.url.split(":")[2].split("@")[0]
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert password.encode() not in command.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue


def test_stop_leaves_no_process(scratch: Path) -> None:
    server = EmbeddedValkey(scratch / "stopped-valkey", durable=False)
    server.start()
    assert server.is_running()
    server.stop()
    assert not server.is_running()
