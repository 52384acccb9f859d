"""The account PostgreSQL runs as: our own or, when we are root, an unprivileged account of this machine."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

_PREFERRED = ("postgres", "nobody")


class ProcessIdentity(TypedDict, total=False):
    """The arguments of `subprocess.Popen` that change who runs the program."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account of this machine that is not root."""

    name: str
    uid: int
    gid: int

    def identity(self) -> ProcessIdentity:
        """Arguments for `subprocess`; empty when we already are this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """True if this account can pass through `folder` and all above it."""
        return self._asks('cd "$1"', folder)

    def can_run(self, program: Path) -> bool:
        """True if this account can reach and run `program`."""
        return self._asks('test -x "$1" && test -r "$1"', program)

    def _asks(self, question: str, path: Path) -> bool:
        # The kernel is asked, since it knows modes, groups and access lists alike.
        command = ["/bin/sh", "-c", question, "sh", str(path)]
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **self.identity()).returncode == 0

    def give(self, path: Path) -> None:
        """Make this account the owner of `path` and everything in it."""
        if os.geteuid() == self.uid:
            return
        for entry in [path, *path.rglob("*")]:
            os.chown(entry, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account:
    """The account the embedded PostgreSQL runs as.

    Raises:
        RuntimeError: as root on a machine whose passwd file has root only; `initdb` needs a named account.
    """
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid())
    entries = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    if not entries:
        raise RuntimeError("PostgreSQL cannot run as root and this machine has no other account; add one with useradd")
    name = next((name for name in _PREFERRED if name in entries), next(iter(entries)))
    return Account(name, entries[name].pw_uid, entries[name].pw_gid)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with its owners and modes, all or nothing: `target` appears only when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run(["cp", "-a", str(source), str(unfinished)], check=True)
    unfinished.rename(target)
