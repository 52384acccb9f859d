"""What the platforms do by themselves as business time passes."""

import asyncio

from foundation.logging import logger
from simulator.pay import notifications, refunds
from simulator.simulation import Simulation
from simulator.wecom import acquisition, transfers

BEAT_SECONDS = 0.5
"""Real seconds between looks at the clock."""


def do_due(simulation: Simulation) -> None:
    """Settle refunds, finish hand-overs, send notifications whose moment has come, tell of quota that lapses soon."""
    refunds.settle_due(simulation)
    transfers.complete_due(simulation)
    notifications.send_due(simulation)
    acquisition.tell_of_lapsing(simulation)


async def run(simulation: Simulation) -> None:
    """Look once per beat until cancelled."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            await simulation.clock.refresh()
            do_due(simulation)
            await simulation.world.flush()
        except Exception:
            # The stand-in must outlive a restart of its database.
            logger.exception("simulator_beat_failed")
