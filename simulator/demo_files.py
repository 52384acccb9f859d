"""Files by which a demo and the simulator it runs tell each other something, in the demo's folder."""

from typing import Final

RUNNING: Final = "running.json"
"""Exists while the demo is ready."""
ANEW: Final = "anew"
"""Asks the demo to begin again with the data it began with."""
