"""Smoke test: start both servers in a scratch folder, ask each a question, stop them, tell the times."""

import asyncio
import time

import asyncpg
from redis import asyncio as aioredis

from app.embedded import EmbeddedPostgres, EmbeddedValkey
from app.embedded.state import scratch_folder, state_folder


async def _ask(postgres_url: str, valkey_url: str) -> tuple[str, str]:
    connection = await asyncpg.connect(postgres_url)
    version: str = await connection.fetchval("SELECT version()")
    await connection.close()
    client = aioredis.from_url(valkey_url, decode_responses=True)
    information = await client.info("server")
    await client.aclose()
    return version.split(" on ")[0], f"Valkey {information.get('valkey_version', information['redis_version'])}"


def main() -> None:
    """Print one line per server."""
    print(f"state folder: {state_folder()}")
    with scratch_folder() as folder:
        print(f"scratch folder: {folder}")
        began = time.monotonic()
        with EmbeddedPostgres(folder / "postgres", durable=False) as postgres:
            started = time.monotonic()
            with EmbeddedValkey(folder / "valkey", durable=False) as valkey:
                print(f"started: PostgreSQL {started - began:.3f} s, Valkey {time.monotonic() - started:.3f} s")
                print("answers:", ", ".join(asyncio.run(_ask(postgres.url, valkey.url))))
            stopping = time.monotonic()
    print(f"stopped: {time.monotonic() - stopping:.3f} s")


if __name__ == "__main__":
    main()
