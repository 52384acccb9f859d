"""The secrets of this installation and whether its connections work, for the administrator who sets it up.

Secrets stay in the environment or in a file it names; nothing here writes them. A page shows which are there by their
last four characters, and has every connection tested. How one is tested is known above: whoever knows says so with
`tested_by`.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import database
from foundation.reading import read_model
from foundation.settings import get_settings

_ACTION: Final = "connections.test"
SHOWN: Final = 4
SHORTEST_SHOWN: Final = 12
"""Of a shorter secret four characters would tell too much."""
_ARMOUR: Final = re.compile(r"-----[A-Z ]+-----|\s")
_PUBLIC: Final = (
    "WEDEALER_PUBLIC_URL",
    "WEDEALER_WECOM__CORP_ID",
    "WEDEALER_WECOM__AGENT_ID",
    "WEDEALER_WEIXIN__APP_ID",
    "WEDEALER_WECHAT_PAY__MCH_ID",
)
"""Our address, and the numbers by which the platforms name the group; whoever pays reads the last one."""


@read_model
class Secret:
    """A setting the platforms need; `end` are its last characters, all of them where it is no secret, and none where it
    is missing or too short to show some.
    """

    name: str
    is_there: bool
    end: str


@read_model
class Connection:
    """What came of testing a connection, in words."""

    name: str
    is_good: bool
    sentence: str


Test: TypeAlias = Callable[[], Awaitable[list[Connection]]]
_test: Test | None = None


def tested_by(test: Test) -> None:
    """Say how all connections are tested."""
    global _test
    _test = test


def secrets(actor: Actor) -> list[Secret]:
    """The settings of the platforms, each by its last characters."""
    authorise(actor, _ACTION, subject())
    return [Secret(name, bool(value), _end(name, value)) for name, value in get_settings().required_secrets().items()]


def _end(name: str, value: str) -> str:
    if name in _PUBLIC:
        return value
    bare = _ARMOUR.sub("", value)
    return bare[-SHOWN:] if len(bare) >= SHORTEST_SHOWN else ""


async def tested(actor: Actor) -> list[Connection]:
    """Test every connection now, against the platforms themselves."""
    authorise(actor, _ACTION, subject())
    assert _test is not None, "app.wiring says how connections are tested"
    outcomes = await _test()
    async with database.transaction():
        await audit.note(
            actor, _ACTION, "connections", good=[each.name for each in outcomes if each.is_good],
            bad=[each.name for each in outcomes if not each.is_good],
        )  # fmt: skip
    return outcomes
