"""Imports everything that any process of a demo needs, once, in the process they are forked from."""

import gc
import importlib

_ENTRANCES = ("app.processes", "app.seed", "app.server", "simulator.server")


def _load() -> None:
    # Imported objects are never garbage: scanning them again and again would take a fifth of the time.
    gc.disable()
    for module in _ENTRANCES:
        importlib.import_module(module)
    importlib.import_module("app.wiring").wire()
    # The collector never writes to frozen objects, so the forks go on sharing their memory pages.
    gc.freeze()
    gc.enable()


_load()
