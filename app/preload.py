"""Imported once by the process that a demo's processes are forked from: everything any of them needs."""

import gc

import app.processes
import app.seed
import app.server
import simulator.server
from app.wiring import wire

__all__ = ["app", "simulator"]

wire()
# Objects that are never collected are never written to: the forks go on sharing their pages.
gc.collect()
gc.freeze()
