"""Pages of `docs/how-to` whose blocks of code are built in a scratch copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.embedded.state import state_folder
from app.migrations import on_disk
from app.rooms import ROOT

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
_BLOCK: Final = re.compile(r"(?:^`(?P<path>[\w./-]+)`\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A file of the page, or a change of one that is there."""

    path: str
    body: str
    is_change: bool


@dataclass(frozen=True)
class Page:
    """A page, by its name."""

    name: str

    @property
    def modules(self) -> list[str]:
        """The Python files it writes."""
        return sorted({block.path for block in self._blocks() if block.path.endswith(".py")})

    def built_in(self, folder: Path) -> Path:
        """Copy the repository into `folder` and add the code of the page."""
        scratch = folder / "wedealer"
        shutil.copytree(ROOT, scratch, ignore=shutil.ignore_patterns(*LEFT_OUT))
        number = f"{len(on_disk()) + 1:04}"
        for block in self._blocks():
            _write(block, scratch / block.path.replace("NNNN", number))
        return scratch

    def _blocks(self) -> Iterator[Block]:
        """The blocks in their order; one without a path changes the file of the one before."""
        path = ""
        for found in _BLOCK.finditer((ROOT / "docs" / "how-to" / self.name).read_text(encoding="utf-8")):
            path = found["path"] or path
            yield Block(path, found["body"], found["kind"] == "diff")


def _write(block: Block, file: Path) -> None:
    if not block.is_change:
        file.parent.mkdir(exist_ok=True)
        file.write_text(block.body, encoding="utf-8")
        return
    lines = block.body.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{block.path} has no longer, or more than once:\n{old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def run_in(repository: Path, *command: str) -> None:
    """Run Python there; it must succeed."""
    environment = {**os.environ, "WEDEALER_STATE_DIR": str(state_folder()), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=repository, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
