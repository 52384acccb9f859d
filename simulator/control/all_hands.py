"""Imports every module that registers a hand; `blueprint` then holds their routes."""

from simulator.control import friends, knobs, owner, people, staff
from simulator.control.hands import blueprint

__all__ = ["blueprint", "friends", "knobs", "owner", "people", "staff"]
