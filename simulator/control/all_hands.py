"""Imports every module that registers a hand; `blueprint` then holds their routes."""

from simulator.control import (
    acquisition,
    demo,
    directory,
    friends,
    groups,
    knobs,
    moments,
    owner,
    people,
    sms,
    staff,
    tags,
)
from simulator.control.hands import blueprint

__all__ = [
    "acquisition",
    "blueprint",
    "demo",
    "directory",
    "friends",
    "groups",
    "knobs",
    "moments",
    "owner",
    "people",
    "sms",
    "staff",
    "tags",
]
