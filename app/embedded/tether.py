"""Stop a process whose starter was killed, by a pipe that the kernel closes with the starter."""

import signal
import subprocess
from typing import IO

# `read` returns only when the starter is gone: nothing is ever written. A process group is named by a negative id.
_WATCHER = 'read -r _; kill -s "$1" -- "$2" 2>/dev/null'


class Tether:
    """Sends `stop_signal` to `pid` when the process that made this object has ended.

    It is a shell, not a thread or PR_SET_PDEATHSIG: a shell works after kill -9, across a change of user and on macOS.
    """

    def __init__(self, pid: int, stop_signal: signal.Signals = signal.SIGTERM, *, group: bool = False) -> None:
        name = stop_signal.name.removeprefix("SIG")
        target = f"-{pid}" if group else str(pid)
        self._watcher: subprocess.Popen[bytes] = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHER, "sh", name, target],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def cut(self) -> None:
        """Stop watching: the process has been stopped, and its id may soon belong to another one."""
        self._watcher.kill()
        self._watcher.wait()
        pipe: IO[bytes] | None = self._watcher.stdin
        if pipe is not None:
            pipe.close()
