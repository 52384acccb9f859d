"""What docs/how-to/add-a-room.md says is so: its room, built in a scratch copy of the repository, passes the checks."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from app.embedded.state import state_folder
from app.migrations import on_disk
from app.rooms import ROOT

PAGE: Final = ROOT / "docs" / "how-to" / "add-a-room.md"
LEFT_OUT: Final = (
    ".git",
    ".venv",
    ".state",
    ".*_cache",
    "node_modules",
    "__pycache__",
    "dist",
    "*.egg-info",
    "browser",
    "src",
)
"""Hidden, built and installed things; `src` is the pages'."""
CHECKS: Final = (
    "tests/crm_core/lost_property",
    "tests/app/test_keys.py",
    "tests/app/test_personal.py",
    "tests/app/test_rooms.py",
    "tests/app/test_migrations.py::test_models_and_migrations_agree",
    "tests/app/test_migrations.py::test_every_constraint_the_models_declare_is_in_the_migrated_database",
    "tests/app/test_migrations.py::test_a_written_migration_is_plain_sql_and_numbered_in_order",
    "tests/console/test_versions.py::test_every_write_carries_the_version_it_saw_or_there_is_a_reason_why_it_needs_none",
)
_BLOCK: Final = re.compile(r"(?:^`(?P<path>[\w./]+)`\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A file of the page, or a change of one that is there."""

    path: str
    body: str
    is_change: bool


def _blocks() -> Iterator[Block]:
    """The blocks in their order; one without a path changes the file of the one before."""
    path = ""
    for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        path = found["path"] or path
        yield Block(path, found["body"], found["kind"] == "diff")


def _build(scratch: Path) -> None:
    number = f"{len(on_disk()) + 1:04}"
    for block in _blocks():
        file = scratch / block.path.replace("NNNN", number)
        if not block.is_change:
            file.parent.mkdir(exist_ok=True)
            file.write_text(block.body, encoding="utf-8")
            continue
        lines = block.body.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{block.path} has no longer, or more than once:\n{old}"
        file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this one with the room in it."""
    scratch = tmp_path_factory.mktemp("room") / "wedealer"
    shutil.copytree(ROOT, scratch, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _build(scratch)
    return scratch


def test_the_room_is_written_as_the_house_writes(repository: Path) -> None:
    files = sorted({block.path for block in _blocks() if block.path.endswith(".py")})
    _run(repository, "-m", "ruff", "check", "--no-cache", *files)
    _run(repository, "-m", "ruff", "format", "--check", "--no-cache", *files)


def test_it_keeps_to_the_import_arrow(repository: Path) -> None:
    _run(repository, "-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])")


@pytest.mark.slow
def test_it_passes_the_checks_of_the_house_and_its_own(repository: Path) -> None:
    _run(repository, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *CHECKS)


def _run(repository: Path, *command: str) -> None:
    environment = {**os.environ, "WEDEALER_STATE_DIR": str(state_folder()), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=repository, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
