"""Every check that needs no server: run them all and name those that failed. `make check` and CI call it.

`python3 scripts/check.py ruff imports` runs these two, `python3 scripts/check.py fast` those that take a second,
`python3 scripts/check.py but house` all others than this one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from setup import ROOT, VENV, node_environment

PACKAGES = [
    "app", "benchmarks", "bot", "campaigns", "console", "crm_core", "foundation", "integrations", "miniprogram_api",
    "partner_api", "scheduler", "simulator", "scripts", "tests",
]  # fmt: skip
FAST = ["ruff", "format", "imports"]
"""The checks that the git hook runs before each commit."""
OUTPUT_LINES_SHOWN = 60
AT_ONCE = 2


def checks() -> dict[str, list[str]]:
    """Name and command of each check."""
    tools = VENV / "bin"
    typed = [name for name in PACKAGES if any((ROOT / name).rglob("*.py"))]
    return {
        # The slowest come first, since two run at a time.
        "web": ["npm", "run", "--silent", "check"],
        "ruff": [f"{tools}/ruff", "check", "--quiet", "."],
        "format": [f"{tools}/ruff", "format", "--check", "--quiet", "."],
        "imports": [f"{tools}/lint-imports"],
        "types": [f"{tools}/mypy", *typed],
        "house": [f"{tools}/python", "-m", "pytest", "-q", "tests/house"],
        "web sizes": ["npm", "run", "--silent", "sizes"],
        "web lint": ["npm", "run", "--silent", "lint"],
        "web tests": ["npm", "run", "--silent", "test"],
        # The build for WeChat, which only an upload needs, and a test of the compiled mini program.
        "mini-program": ["npm", "--prefix", "miniprogram", "run", "--silent", "test"],
    }


def chosen(names: list[str]) -> dict[str, list[str]]:
    """The checks of these names, those that are not among these names, or all when none is named."""
    every = checks()
    named = FAST if names == ["fast"] else names[1:] if names[:1] == ["but"] else names
    if unknown := sorted(set(named) - set(every)):
        sys.exit(f"check: no check is called {', '.join(unknown)}; there are {', '.join(every)}")
    wanted = [name for name in every if name not in named] if names[:1] == ["but"] else named or list(every)
    return {name: every[name] for name in wanted}


def run(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one check and print its outcome and, if it failed, the end of its output."""
    began = time.monotonic()
    result = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    succeeded = result.returncode == 0
    lines = [f"check: {name:9} {'ok' if succeeded else 'FAILED'} {time.monotonic() - began:.1f} s"]
    if not succeeded:
        lines += result.stdout.splitlines()[-OUTPUT_LINES_SHOWN:]
    print("\n".join(lines), flush=True)
    return succeeded


def main() -> int:
    """Return 1 if a check failed. Two run at a time: some wait for the disk while others compute."""
    environment = {**os.environ, **node_environment()}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = {name: pool.submit(run, name, command, environment) for name, command in chosen(sys.argv[1:]).items()}
    failed = [name for name, succeeded in started.items() if not succeeded.result()]
    if failed:
        print(f"check: {', '.join(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
