"""Which lapsed owners are worth a person's time. What an owner is worth is decided by a room above, which answers here;
everybody it does not name is reached by machine.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True)
class Worth:
    """SQL for the owners who are called: `customer_id`, `why` as Chinese words, and `is_turn`: whether they are called
    however long ago they lapsed. `{least}` stands in it for the value `least`.
    """

    sql: str
    least: Decimal


WhoIsWorth = Callable[[], Awaitable[Worth]]
CALLED_BECAUSE: Final = "由人打电话："
"""Before the words why, at the end of the reason of a task."""
_EVERYBODY: Final = Worth(
    "SELECT id AS customer_id, false AS is_turn, '' AS why FROM customer WHERE {least} >= 0", Decimal(0)
)


async def _everybody() -> Worth:
    return _EVERYBODY


_answers: list[WhoIsWorth] = [_everybody]


def decided_by(answer: WhoIsWorth) -> None:
    """Let a room above decide; the last one counts."""
    _answers.append(answer)


async def who_is_worth() -> Worth:
    """The owners who are called."""
    return await _answers[-1]()
