"""The demo that runs the simulator can be asked to begin anew; a simulator alone has nothing to begin anew with."""

from pathlib import Path

from simulator.demo_files import ANEW, RUNNING
from tests.simulator.stand import Stand


async def test_whoever_begins_anew_asks_the_demo_by_a_file_of_its_folder(stand: Stand, tmp_path: Path) -> None:
    stand.settings.demo_folder = str(tmp_path)
    (tmp_path / RUNNING).touch()
    demo = (await stand.hand("GET", "state"))["demo"]
    assert (demo["can_begin_anew"], demo["is_ready"]) == (True, True)
    await stand.hand("POST", "anew", {})
    assert (tmp_path / ANEW).exists()


async def test_a_demo_that_is_starting_is_not_ready(stand: Stand, tmp_path: Path) -> None:
    stand.settings.demo_folder = str(tmp_path)
    assert not (await stand.hand("GET", "state"))["demo"]["is_ready"]


async def test_a_simulator_without_a_demo_refuses(stand: Stand) -> None:
    assert not (await stand.hand("GET", "state"))["demo"]["can_begin_anew"]
    await stand.hand("POST", "anew", {}, status=409)
