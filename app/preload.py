"""Imported once by the process that a demo's processes are forked from: everything any of them needs."""

import gc
import importlib

_ENTRANCES = ("app.processes", "app.seed", "app.server", "simulator.server")


def _load() -> None:
    # What is imported stays: looking through it for garbage again and again would take a fifth of the time.
    gc.disable()
    for module in _ENTRANCES:
        importlib.import_module(module)
    importlib.import_module("app.wiring").wire()
    # Objects that are never collected are never written to: the forks go on sharing their pages.
    gc.freeze()
    gc.enable()


_load()
