"""The demo that runs this simulator: whether it is ready, and beginning it anew."""

from pathlib import Path
from typing import Any

from simulator.control.hands import Hand, HandRefused, route
from simulator.demo_files import ANEW, RUNNING
from simulator.simulation import Simulation


def shown(simulation: Simulation) -> dict[str, Any]:
    """`{born, can_begin_anew, is_ready}`."""
    folder = simulation.settings.demo_folder
    return {
        "born": simulation.born,
        "can_begin_anew": bool(folder),
        "is_ready": not folder or (Path(folder) / RUNNING).exists(),
    }


@route("POST", "/anew")
async def begin_anew(hand: Hand) -> Any:
    """Bring the demo back to its beginning: it stops everything, this simulator too, and is back within seconds."""
    folder = hand.simulation.settings.demo_folder
    if not folder:
        raise HandRefused(409, "no_demo", "no demo runs this simulator")
    (Path(folder) / ANEW).touch()
    return {}
