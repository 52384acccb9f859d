"""The doors of WeCom's server API and its callbacks, for self-built apps. One file per ability.

`DOORS` is the registry; importing `simulator.wecom.all_doors` fills it.
"""

from simulator.doors import Doors

DOORS = Doors()
