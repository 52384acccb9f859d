"""The wheel has everything that the product needs: installed where there is no Node, it shows the demo."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from app.embedded.state import REPOSITORY, scratch_folder
from tests.app.demo_process import RunningDemo

pytestmark = pytest.mark.slow

PAGES = ("console/web/dist", "simulator/web/dist", "miniprogram/dist/build/h5")
DATA = ("migrations", "templates", *PAGES)
TOOLS = ("cp", "sh")
"""The programs of the machine that the demo needs beside Python."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with scratch_folder() as scratch:
        yield scratch


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    script = [sys.executable, str(REPOSITORY / "scripts" / "wheel.py"), str(folder / "dist")]
    return Path(subprocess.run(script, check=True, capture_output=True, text=True).stdout.strip())


@pytest.fixture
def installed(folder: Path, wheel: Path) -> Path:
    """A fresh environment with the wheel in it. Its packages are those of this one: the network stays closed."""
    place = folder / "installed"
    venv.create(place, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(place)}))
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "--no-deps"]
    subprocess.run([*install, "--quiet", "--no-index", str(wheel)], check=True)
    return place


@pytest.fixture
async def demo(folder: Path, installed: Path) -> AsyncIterator[RunningDemo]:
    """Its demo, with hardly a program on the PATH."""
    tools = folder / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    surroundings = {**os.environ, "PATH": str(tools)}
    running = RunningDemo(folder / "state", installed / "bin" / "wedealer", surroundings, cwd=installed)
    yield running
    if running.process.returncode is None:
        running.process.kill()
        await running.process.communicate()


def test_pages_migrations_and_words_are_in_it_and_nothing_that_builds_or_tests(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = {path for name in DATA for path in (REPOSITORY / name).rglob("[!.]*") if path.is_file()}
    files = {path for path in files if ".vite" not in path.parts}  # what our own check of sizes reads
    assert {str(path.relative_to(REPOSITORY)) for path in files} - inside == set()
    assert all((REPOSITORY / page / "index.html") in files for page in PAGES)
    tops = {name.partition("/")[0] for name in inside}
    assert tops & {"tests", "benchmarks", "scripts", "node_modules", "web"} == set()
    assert [name for name in inside if name.endswith((".vue", ".ts", ".pyc"))] == []


async def test_installed_without_node_it_shows_the_demo(demo: RunningDemo) -> None:
    await demo.start()
    assert str(REPOSITORY) not in demo.said
    web, simulator = (f"http://127.0.0.1:{port}" for port in (demo.port, demo.simulator_port))
    pages = {f"{web}/console/": "<title>WeDealer", f"{simulator}/": "<script", f"{simulator}/miniprogram/": "<script"}
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        for address, word in pages.items():
            async with session.get(address) as answer:
                assert word in await answer.text(), address
    assert await demo.stop() == 0
