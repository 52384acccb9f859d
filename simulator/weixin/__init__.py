"""The doors of the mini program's server API and its message push. One file per ability.

`DOORS` is the registry; importing `simulator.weixin.all_doors` fills it.
"""

from simulator.doors import Doors

DOORS = Doors()
