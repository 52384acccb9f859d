"""Imports every module that registers a hand; `blueprint` then holds their routes."""

from simulator.control import directory, friends, knobs, owner, people, staff, tags
from simulator.control.hands import blueprint

__all__ = ["blueprint", "directory", "friends", "knobs", "owner", "people", "staff", "tags"]
