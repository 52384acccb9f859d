"""Every check that needs no server: run them all, tell which failed. `make check` calls it; so does CI.

`python3 scripts/check.py ruff imports` runs these two, `python3 scripts/check.py fast` those that take a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from setup import ROOT, VENV, node_environment

PACKAGES = [
    "app", "benchmarks", "bot", "campaigns", "console", "crm_core", "foundation", "integrations", "miniprogram_api",
    "scheduler", "simulator", "scripts", "tests",
]  # fmt: skip
FAST = ["ruff", "format", "imports"]
"""What the git hook runs before each commit."""
OUTPUT_LINES_SHOWN = 60


def checks() -> dict[str, list[str]]:
    """Name and command of each check."""
    tools = VENV / "bin"
    typed = [name for name in PACKAGES if any((ROOT / name).rglob("*.py"))]
    commands = {
        "ruff": [f"{tools}/ruff", "check", "--quiet", "."],
        "format": [f"{tools}/ruff", "format", "--check", "--quiet", "."],
        "imports": [f"{tools}/lint-imports"],
        "types": [f"{tools}/mypy", *typed],
        "house": [f"{tools}/python", "-m", "pytest", "-q", "tests/house"],
    }
    if (ROOT / "package.json").exists():
        commands["web lint"] = ["npm", "run", "--silent", "lint"]
        commands["web"] = ["npm", "run", "--silent", "check"]
        commands["web tests"] = ["npm", "run", "--silent", "test"]
    return commands


def chosen(names: list[str]) -> dict[str, list[str]]:
    """The checks of these names, or all when none is named."""
    every = checks()
    wanted = FAST if names == ["fast"] else names or list(every)
    if unknown := sorted(set(wanted) - set(every)):
        sys.exit(f"check: no check is called {', '.join(unknown)}; there are {', '.join(every)}")
    return {name: every[name] for name in wanted}


def main() -> int:
    """Return 1 if a check failed."""
    environment = {**os.environ, **node_environment()}
    failed = []
    for name, command in chosen(sys.argv[1:]).items():
        began = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        verdict = "ok" if result.returncode == 0 else "FAILED"
        print(f"check: {name:9} {verdict} {time.monotonic() - began:.1f} s", flush=True)
        if result.returncode != 0:
            failed.append(name)
            print("\n".join(result.stdout.splitlines()[-OUTPUT_LINES_SHOWN:]), flush=True)
    if failed:
        print(f"check: {', '.join(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
