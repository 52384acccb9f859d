"""The state folder: the only place the demo and the tests write to."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from app.embedded.account import server_account

REPOSITORY = Path(__file__).resolve().parents[2]
"""The checkout, or the folder into which the wheel was installed."""
SCRATCH_PREFIX = "wedealer-scratch"
MIN_SHARED_MEMORY_BYTES = 1 << 30
"""A scratch cluster with its WAL needs a few hundred MB; below this, /dev/shm of a small container would fill up."""


class AlreadyLocked(RuntimeError):
    """Another process holds the folder."""


class FolderLock:
    """Exclusive use of a folder, given back by the kernel even after kill -9."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._descriptor: int | None = None

    def acquire(self, *, wait: bool = False) -> Self:
        """Take the lock.

        Raises:
            AlreadyLocked: somebody else has it and `wait` is false.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyLocked(str(self.path)) from None
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self.acquire(wait=True)

    def __exit__(self, *exc_info: object) -> None:
        self.release()


def state_folder() -> Path:
    """The state folder of this checkout, created if need be; that of an installed wheel is in the home folder.

    `WEDEALER_STATE_DIR` names another one. As root, where PostgreSQL's account cannot reach that place (below /root,
    say), it is a folder under /var/tmp whose name comes from the path of the code.

    Raises:
        RuntimeError: the folder named by `WEDEALER_STATE_DIR` is out of that account's reach, or the one under
            /var/tmp belongs to somebody else.
    """
    chosen = os.environ.get("WEDEALER_STATE_DIR")
    if chosen:
        folder = _create(Path(chosen).resolve())
        if not _usable(folder):
            raise RuntimeError(
                f"WEDEALER_STATE_DIR={folder} cannot be reached by the account {server_account().name!r}, "
                "which PostgreSQL needs when started as root; name a folder whose parents it may enter"
            )
        return folder
    base, name = _home()
    if os.access(base, os.W_OK) and server_account().can_enter(base):
        return _create(base / name)
    key = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:10]
    return _create(_temporary_base() / f"wedealer-{os.geteuid()}-{key}")


def _home() -> tuple[Path, str]:
    """Where state belongs, and what its folder is called there."""
    if (REPOSITORY / "pyproject.toml").exists():
        return REPOSITORY, ".state"
    # Not in the folder into which pip installed us: pip would remove our state together with it.
    return Path.home(), ".wedealer"


@contextlib.contextmanager
def scratch_folder(*, on_disk: bool = False) -> Iterator[Path]:
    """A folder in memory if there is room, else on disk, removed at the end; what a killed run left is swept first.

    `on_disk` is for measurements in which a disk's fsync has to count.
    """
    bases = [_temporary_base()]
    shared_memory = Path("/dev/shm")
    if (
        not on_disk
        and os.access(shared_memory, os.W_OK)
        and shutil.disk_usage(shared_memory).free >= MIN_SHARED_MEMORY_BYTES
    ):
        bases.insert(0, shared_memory)
    for base in bases:
        _sweep(base)
    folder = _create(bases[0] / f"{SCRATCH_PREFIX}-{os.geteuid()}-{secrets.token_hex(4)}")
    lock = FolderLock(folder).acquire()
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    for leftover in base.glob(f"{SCRATCH_PREFIX}-{os.geteuid()}-*"):
        with contextlib.suppress(OSError, AlreadyLocked), contextlib.closing(_Held(leftover)):
            shutil.rmtree(leftover, ignore_errors=True)


class _Held:
    """The lock of a leftover folder; refused while its owner is alive or has not locked it yet."""

    def __init__(self, folder: Path) -> None:
        lock = FolderLock(folder)
        if folder.is_symlink() or not lock.path.exists():
            raise AlreadyLocked(str(folder))
        self.close = lock.acquire().release


def _temporary_base() -> Path:
    """/var/tmp survives a reboot; a machine without it has at least a temp folder."""
    candidates = [Path("/var/tmp"), Path(tempfile.gettempdir())]
    return next((base for base in candidates if os.access(base, os.W_OK) and _usable(base)), candidates[0])


def _usable(folder: Path) -> bool:
    return server_account().can_enter(folder)


def _create(folder: Path) -> Path:
    # As root, let PostgreSQL's account pass through to its own folder inside; the secrets beside it stay 0600.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{folder} belongs to somebody else; name another folder with WEDEALER_STATE_DIR")
    return folder
