"""`wedealer demo`: the whole product on this machine, on real servers, against the simulator.

Order of starting: the demo's data if there is none, PostgreSQL and Valkey, schema, simulator and web, worker and
scheduler. Order of stopping: our processes first, all at once, then Valkey, PostgreSQL last. Data and keys stay in the
state folder until `--fresh`, or until somebody presses 从头再来 on the simulator's page.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import demo_data, forkserver, migrations
from app.demo_secrets import DemoSecrets
from app.embedded import EmbeddedPostgres, EmbeddedValkey
from app.embedded.ports import hold, hold_next
from app.embedded.postgres import PostgresFailed
from app.embedded.state import AlreadyLocked, FolderLock, state_folder
from app.embedded.valkey import ValkeyFailed
from app.supervisor import Child, GaveUp, Supervisor, first_answer
from simulator.demo_files import ANEW, RUNNING

WEB_PORT = 8800
SIMULATOR_PORT = 8900
FIRST_ANSWER_SECONDS = 120.0
"""It takes five seconds on a quiet machine; the rest is for a busy CI machine."""
WORKER_SECONDS = 30.0
"""How long to wait for a worker before anybody is invited to scan: a welcome code expires after 20 seconds."""
_SERVER_WATCH_SECONDS = 1.0
_ANEW_LOOK_SECONDS = 0.2
# The caller's log level is not passed on, since the demo reads from the log that a worker has started.
_KEPT_FROM_CALLER = ("WEDEALER_WEB_WORKERS", "WEDEALER_WORKER_CONCURRENCY")
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Layout:
    """The files and folders of a demo."""

    folder: Path

    @property
    def secrets(self) -> Path:
        """The invented keys."""
        return self.folder / "secrets.json"

    @property
    def seeded(self) -> Path:
        """Exists once the demo's data is there and its clock has started."""
        return self.folder / "seeded"

    @property
    def cache(self) -> Path:
        """Where data that is made once is kept, to be copied by each start; `--fresh` keeps it.

        `WEDEALER_CACHE_DIR` names another folder, which several demos may share.
        """
        return Path(os.environ.get("WEDEALER_CACHE_DIR") or self.folder / "cache")

    @property
    def running(self) -> Path:
        """Addresses and process id of the demo that runs now."""
        return self.folder / RUNNING

    @property
    def anew(self) -> Path:
        """Written by the simulator when somebody asks for the demo to begin anew."""
        return self.folder / ANEW

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.folder / "logs"

    def forget(self) -> None:
        """Remove data and keys; the lock and the cache of server templates stay."""
        for name in ("postgres", "valkey", "media", "logs"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for file in (self.secrets, self.seeded, self.running, self.anew):
            file.unlink(missing_ok=True)


def run(*, fresh: bool = False, port: int | None = None, simulator_port: int | None = None, owners: int) -> int:
    """Run the demo until Ctrl-C and return the exit status."""
    began = time.monotonic()
    try:
        layout = Layout(state_folder())
    except RuntimeError as error:
        say(str(error))
        return 1
    say(f"state folder 数据目录: {layout.folder}")
    try:
        lock = FolderLock(layout.folder).acquire()
    except AlreadyLocked:
        return _already_running(layout)
    held = contextlib.ExitStack()
    try:
        ports = _hold_ports(held, port, simulator_port)
        if ports is None:
            return 1
        if fresh:
            layout.forget()
        layout.anew.unlink(missing_ok=True)
        # Loading the code takes as long as starting the servers, so on two cores both are done at once.
        forkserver.warm_up()
        while True:
            _make_ready(layout, owners)
            try:
                status = _run_servers(layout, ports, began)
            except migrations.SchemaUnknown:
                say("数据来自别的版本 the data was made by other code")
                status = None
            if status is not None:
                return status
            say("从头再来 beginning anew")
            layout.forget()
            began = time.monotonic()
    except KeyboardInterrupt:
        return 130
    except (PostgresFailed, ValkeyFailed, GaveUp) as error:
        say(str(error))
        return 1
    finally:
        layout.running.unlink(missing_ok=True)
        held.close()
        lock.release()


def prepare(*, owners: int) -> int:
    """Make the data that a start copies, and return the exit status."""
    try:
        layout = Layout(state_folder())
        asyncio.run(demo_data.prepare(layout.cache, owners, say))
    except KeyboardInterrupt:
        return 130
    except (PostgresFailed, ValkeyFailed, GaveUp, RuntimeError) as error:
        say(str(error))
        return 1
    return 0


def _make_ready(layout: Layout, owners: int) -> None:
    """Make sure that there is data. It is also made again if a start was killed before it announced the data."""
    if not layout.seeded.exists():
        layout.forget()
        layout.logs.mkdir(exist_ok=True)
        asyncio.run(demo_data.take(layout.folder, layout.cache, owners, say))
    layout.logs.mkdir(exist_ok=True)


def say(text: str) -> None:
    """One line to the person who started the demo."""
    print(f"wedealer: {text}", flush=True)


def _already_running(layout: Layout) -> int:
    where = ""
    with contextlib.suppress(OSError, ValueError):
        where = json.loads(layout.running.read_text())["simulator"]
    say(f"这个目录的演示已在运行 a demo already runs from this checkout: {where or layout.folder}")
    say("在它的窗口按 Ctrl-C 停止 press Ctrl-C in its window to stop it")
    return 1


def _hold_ports(held: contextlib.ExitStack, web: int | None, simulator: int | None) -> tuple[int, int] | None:
    """Both ports, held in `held` until the demo ends."""
    chosen = []
    for wanted, preferred in ((web, WEB_PORT), (simulator, SIMULATOR_PORT)):
        holder = hold_next(preferred) if wanted is None else hold(wanted)
        if holder is None:
            say(f"端口被占用 port {wanted or preferred} is taken")
            return None
        held.enter_context(holder)
        chosen.append(int(holder.getsockname()[1]))
    return chosen[0], chosen[1]


def _run_servers(layout: Layout, ports: tuple[int, int], began: float) -> int | None:
    """Run until the demo ends; return the exit status, or None to begin anew."""
    postgres = EmbeddedPostgres(layout.folder / "postgres")
    valkey = EmbeddedValkey(layout.folder / "valkey")
    with postgres, valkey:
        secrets = DemoSecrets.keep_in(layout.secrets)
        environment = secrets.environment(
            name="demo",
            database_url=postgres.url,
            redis_url=valkey.url,
            port=ports[0],
            simulator_port=ports[1],
            media_dir=layout.folder / "media",
        )
        demo = _Demo(layout, ports, began, postgres, valkey)
        try:
            return asyncio.run(demo.run(environment, secrets))
        finally:
            say("已停止 stopped")


@dataclass
class _Demo:
    layout: Layout
    ports: tuple[int, int]
    began: float
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey

    async def run(self, environment: dict[str, str], secrets: DemoSecrets) -> int | None:
        stop = asyncio.Event()
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        supervisor = Supervisor({**_callers_environment(), **environment}, self.layout.logs, say)
        work = asyncio.create_task(self._bring_up(supervisor, environment, secrets))
        stopped = asyncio.create_task(stop.wait())
        servers = asyncio.create_task(self._watch_servers())
        anew = asyncio.create_task(self._until_anew())
        endings: list[asyncio.Future[Any]] = [stopped, servers, anew, supervisor.gave_up]
        try:
            await asyncio.wait([work, *endings], return_when=asyncio.FIRST_COMPLETED)
            if work.done() and work.exception() is None:
                await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
            verdict = _verdict([work, servers, supervisor.gave_up])
            return None if verdict == 0 and anew.done() and not stop.is_set() else verdict
        finally:
            say("正在停止 stopping")
            for task in (work, servers, anew, stopped):
                task.cancel()
            await asyncio.gather(work, servers, anew, stopped, return_exceptions=True)
            await supervisor.stop()

    async def _migrate(self, supervisor: Supervisor, database_url: str) -> None:
        if await migrations.pending(database_url) and await supervisor.run_once("migrate") != 0:
            raise GaveUp(
                "数据来自另一版代码，结构无法更新 the data is from other code and cannot be moved on; "
                "begin anew with `wedealer demo --fresh`"
            )

    async def _bring_up(self, supervisor: Supervisor, environment: dict[str, str], secrets: DemoSecrets) -> None:
        web_port, simulator_port = self.ports
        await self._migrate(supervisor, environment["WEDEALER_DATABASE_URL"])
        if not self.layout.seeded.exists():
            await demo_data.start_the_clock(environment["WEDEALER_DATABASE_URL"])
            self.layout.seeded.touch()
        supervisor.start("web", "serve")
        # Deriving the simulator's settings loads pydantic, a second during which the web process is already starting.
        supervisor.environment.update(await asyncio.to_thread(secrets.simulator_environment, environment))
        supervisor.environment["WEDEALER_SIM_DEMO_FOLDER"] = str(self.layout.folder)
        supervisor.start("simulator", "simulator")
        for name, port in (("web", web_port), ("simulator", simulator_port)):
            if not await first_answer(port, "/healthz", seconds=FIRST_ANSWER_SECONDS):
                child = supervisor.children[name]
                raise GaveUp(f"{name} gave no answer; {child.log_path} ends with:\n{child.log_tail()}")
        say(f"首个应答 first answer after {time.monotonic() - self.began:.1f} s")
        # Started last: until somebody can click, the two cores are needed for the pages.
        worker = supervisor.start("worker", "worker")
        supervisor.start("scheduler", "scheduler")
        await _until_working(worker)
        self._announce()

    async def _watch_servers(self) -> None:
        while True:
            for name, server in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)):
                if not server.is_running():
                    raise GaveUp(f"{name} stopped; see {server.log_path}")
            await asyncio.sleep(_SERVER_WATCH_SECONDS)

    async def _until_anew(self) -> None:
        # Another process asks for it through a file, which can only be looked at.
        while not self.layout.anew.exists():  # noqa: ASYNC110
            await asyncio.sleep(_ANEW_LOOK_SECONDS)

    def _announce(self) -> None:
        web, simulator = (f"http://127.0.0.1:{port}" for port in self.ports)
        self.layout.running.write_text(
            json.dumps({"pid": os.getpid(), "web": web, "simulator": simulator, "state": str(self.layout.folder)})
        )
        line = "─" * 74
        print(
            f"""
{line}
  WeDealer 演示已就绪  the demo is ready          ({time.monotonic() - self.began:.1f} s)

  从这里开始  start here      {simulator}/
              两部手机：车主的微信、员工的企业微信   an owner's and a staff member's phone

  管理后台    staff console   {web}/console
  接口文档    API             {web}/docs
  数据与日志  data and logs   {self.layout.folder}

  停止 stop: Ctrl-C      重新开始 begin anew: wedealer demo --fresh
{line}
""",
            flush=True,
        )


def _verdict(endings: list[asyncio.Future[Any]]) -> int:
    """0 after a stop somebody asked for, 1 after a failure, which is shown."""
    for ending in endings:
        if ending.done() and not ending.cancelled() and (error := ending.exception()) is not None:
            if not isinstance(error, GaveUp):
                raise error
            print(f"wedealer: {error}", file=sys.stderr, flush=True)
            return 1
    return 0


def _callers_environment() -> dict[str, str]:
    """The caller's variables without ours: a demo must never find a production database in its environment."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("WEDEALER_") or name in _KEPT_FROM_CALLER
    } | {"PYTHONUNBUFFERED": "1"}


async def _until_working(worker: Child) -> None:
    """Return once the worker says that it takes jobs, at the latest after WORKER_SECONDS."""
    began = time.monotonic()
    # Another process's log can only be looked at.
    while "worker_started" not in worker.log_tail() and time.monotonic() - began < WORKER_SECONDS:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
