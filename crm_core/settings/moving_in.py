"""The way from an empty database to the first customers: what is left of each step, read from facts.

Nobody ticks anything. A room declares its step beside its lists; a step is done when all its needs are met.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, may_ever, subject
from crm_core.settings.queries import READ
from foundation import database
from foundation.reading import read_model
from foundation.settings import get_settings


@dataclass(frozen=True)
class Need:
    """Something a step needs: the statement answers true once it is there, or no setting with `secrets` is missing.

    What is missing may depend on the day; then `told_by` says it in words, or nothing once it is there.
    """

    word: str = ""
    """What is missing, for whoever has to bring it."""
    sql: str = ""
    secrets: str = ""
    told_by: Callable[[], Awaitable[str]] | None = None


@dataclass(frozen=True)
class Step:
    """A step, in the order of the way."""

    order: int
    key: str
    word: str
    why: str
    to: str
    """The address in the console where it is done."""
    needs: tuple[Need, ...]
    action: str = READ
    """Whoever may never do this has no page to go to, and is told that `by` does it."""
    by: str = ""


@read_model
class StepView:
    """A step as the page shows it: `left` is what is missing, empty when it is done. Where the reader cannot do it,
    `to` is empty and `by` says who does.
    """

    key: str
    word: str
    why: str
    to: str
    by: str
    left: list[str]


_STEPS: Final[dict[str, Step]] = {}


def step(declared: Step) -> None:
    """Add a step to the way."""
    _STEPS[declared.key] = declared


async def steps(actor: Actor) -> list[StepView]:
    """Every step with what is left of it."""
    authorise(actor, READ, subject())
    return [await _view(actor, each) for each in sorted(_STEPS.values(), key=lambda each: each.order)]


async def _view(actor: Actor, of: Step) -> StepView:
    may = may_ever(actor, of.action)
    left = [word for need in of.needs if (word := await _missing(need))]
    return StepView(of.key, of.word, of.why, of.to if may else "", "" if may else of.by, left)


async def is_fresh() -> bool:
    """Whether nobody is a customer yet: then an administrator begins with the way in."""
    return not await database.fetch_value("SELECT EXISTS (SELECT FROM vehicle)")


async def _missing(need: Need) -> str:
    """What is missing of it, in words; empty when it is there."""
    if need.told_by is not None:
        return await need.told_by()
    if need.secrets:
        missing = get_settings().missing_secrets()
        return need.word if any(name.startswith(f"WEDEALER_{need.secrets}") for name in missing) else ""
    return "" if await database.fetch_value(need.sql) else need.word
