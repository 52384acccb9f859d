"""One running simulation: the world, its clock, its log, its faults, and the couriers, put together once."""

import secrets
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.courier import Courier
from simulator.faults import Faults
from simulator.live import Stream
from simulator.pay.signing import PlatformKeys
from simulator.platform_log import LogEntry, PlatformLog
from simulator.records import Agent, Department
from simulator.settings import SimulatorSettings
from simulator.storage import ForgetfulStorage, PostgresStorage
from simulator.world import World


@dataclass
class Simulation:
    """Everything a door or a hand may use."""

    settings: SimulatorSettings
    world: World
    clock: Clock
    stream: Stream
    log: PlatformLog
    faults: Faults
    courier: Courier
    born: str = field(default_factory=lambda: secrets.token_hex(8))
    """Differs after each new beginning, so that a page can tell that the world was replaced."""
    pay_keys: PlatformKeys | None = None
    """Loaded on first use by `simulator.pay.notifications.keys_of`."""

    @classmethod
    def build(cls, settings: SimulatorSettings) -> "Simulation":
        """A simulation that is not open yet."""
        storage = PostgresStorage(settings.database_url) if settings.database_url else ForgetfulStorage()
        world = World(storage, seed=settings.seed, corp_id=settings.corp_id)
        clock = Clock(shared=settings.follows_shared_clock)
        stream = Stream()
        log = PlatformLog(world, stream.publish)
        faults = Faults(settings.seed)
        courier = Courier(
            clock=clock,
            log=log,
            faults=faults,
            deadline_seconds=settings.deadline_seconds,
            retry_seconds=settings.retry_seconds,
        )
        return cls(settings, world, clock, stream, log, faults, courier)

    async def open(self) -> None:
        """Load the world and set up what the settings describe."""
        await self.world.open()
        await self.courier.open()
        await self.clock.refresh()
        self.furnish()
        await self.world.flush()

    async def close(self) -> None:
        """Stop the deliveries and write the rest."""
        await self.courier.close()
        await self.world.close()

    async def reset(self) -> None:
        """Remove people, log and faults; the corp and its app stay."""
        await self.world.clear()
        self.faults.calm()
        self.furnish()
        await self.world.flush()
        self.stream.publish("reset", {})

    def furnish(self) -> None:
        """The app of the settings (always as configured now) and the root department."""
        settings = self.settings
        agent = self.world.agents.get(str(settings.agent_id)) or Agent(settings.agent_id, settings.agent_secret)
        agent.secret = settings.agent_secret
        agent.callback_url = settings.callback_url
        agent.callback_token = settings.callback_token
        agent.callback_aes_key = settings.callback_aes_key
        self.world.agents.put(agent)
        if not self.world.departments.get("1"):
            self.world.departments.put(Department(1, "云帆汽车集团"))

    def hand(self, name: str, summary: str) -> None:
        """Note in the log what a person did."""
        self.log.add(LogEntry(0, self.clock.timestamp(), "hand", "people", name, summary))
