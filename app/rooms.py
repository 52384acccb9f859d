"""What of a room is found by its place: tables, jobs, conditions and channels of messages, buttons of cards, endpoints,
what the search box finds and what waits for a person.

A new room is its folder. What is worth reading on one page stays on one: the timetable (`scheduler/timetable.py`), the
subscriptions (`app/wiring.py`), the permissions (`crm_core/dealerships/permissions.py`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
_ROOMS: Final = ("foundation", "bot", "campaigns", "crm_core")
_DOORS: Final = ("miniprogram_api", "console", "partner_api")
_JOBS_OF_THE_GROUND: Final = ("foundation.owed", "foundation.upkeep")


def models() -> list[str]:
    """Every `models.py`, by name."""
    return list(_named("models", _ROOMS))


def jobs() -> list[str]:
    """Every `jobs.py` of a room; in `foundation` that name is the job machinery itself."""
    return [*_JOBS_OF_THE_GROUND, *_named("jobs", _ROOMS[1:])]


def conditions() -> list[str]:
    """Every `still_true.py`: what must still be true when a message leaves."""
    return list(_named("still_true", _ROOMS[1:]))


def ways_out() -> list[str]:
    """Every module of a folder `channels`: the ways by which messages are sent."""
    return [_module(file) for room in _ROOMS[1:] for file in sorted((ROOT / room).rglob("channels/[a-z]*.py"))]


def billables() -> list[str]:
    """Every `billable.py`: what a bill can be made of."""
    return list(_named("billable", ("crm_core",)))


def findables() -> list[str]:
    """Every `findable.py`: what of a room the search box finds."""
    return list(_named("findable", _ROOMS[1:]))


def setting_lists() -> list[str]:
    """Every `setting_lists.py`: what of a room administrators set up, its step on the way in, and what of it uses the
    settings of others.
    """
    return list(_named("setting_lists", _ROOMS[2:]))


def parked() -> list[str]:
    """Every `parked.py`: what of a room stopped and waits for a person, beside jobs and debts."""
    return list(_named("parked", _ROOMS[1:]))


def exportables() -> list[str]:
    """Every `exportable.py`: which lists of a room can be taken away as a file."""
    return list(_named("exportable", _ROOMS[1:]))


def estates() -> list[str]:
    """Every `handing_on.py`: what of a room goes to colleagues when a member leaves."""
    return list(_named("handing_on", _ROOMS[2:]))


def workloads() -> list[str]:
    """Every `workload.py`: what of a room stands in the workshop and takes bays and technicians."""
    return list(_named("workload", ("crm_core",)))


def buttons() -> list[str]:
    """Every module of `bot/skills`: what a press on a card's button calls."""
    return list(_inside("bot/skills"))


def endpoints() -> list[str]:
    """Every module with endpoints, the owner's first."""
    return [module for door in _DOORS for module in _inside(door)]


def _named(stem: str, packages: tuple[str, ...]) -> Iterator[str]:
    for file in sorted(file for package in packages for file in (ROOT / package).rglob(f"{stem}.py")):
        yield _module(file)


def _inside(folder: str) -> Iterator[str]:
    for file in sorted((ROOT / folder).glob("[a-z]*.py")):
        yield _module(file)


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)
