"""Conditions: what must still be true when a message is about to be sent.

An accept may come late and a platform may be busy for hours; by then the bill may be paid or the appointment cancelled.
Each `message.toml` names its condition under `holds`. The room that owns the thing the message is about answers it in
its `still_true.py`, which registers the function here, because messaging may not import the rooms above it. The
condition is checked in the transaction that leases the row, before an owner's accept is used.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from crm_core.wording.about import About
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import KeptFact, MessageProblem

ALWAYS: Final = "always"
"""The condition of a message that is always true: a greeting, or the reply to a pressed button."""
UNSAID: Final = "unsaid"
"""The condition of a message that no verb says, so that it is never sent from the outbox: the text of a page, a mass
message (for which `campaigns.exclusions` decides per person), or a message of a room that is not built yet. Whoever
builds that room must name a real condition."""


@dataclass(frozen=True)
class Said:
    """A message as its condition sees it."""

    template: str
    variant: str
    matter_id: int
    """The object of its `about`: 12 of `appointment:12`."""
    version: int
    """The version its buttons decide on; 0 when it has none."""
    staff_id: int | None
    facts: Mapping[str, KeptFact]

    def is_at(self, fact: str, moment: datetime | None) -> bool:
        """Whether the instant in its fact `fact` is `moment`."""
        named = self.facts.get(fact)
        return moment is not None and isinstance(named, str) and datetime.fromisoformat(named) == moment


Condition = Callable[[Said], Awaitable[bool]]
_CONDITIONS: dict[str, Condition] = {}


def condition(answer: Condition) -> Condition:
    """Decorator for a function in a room's `still_true.py`; `message.toml` refers to it by the function's name.

    Raises:
        ValueError: another condition has the name.
    """
    name = answer.__name__
    if name in _CONDITIONS:
        raise ValueError(f"two conditions are called {name}")
    _CONDITIONS[name] = answer
    return answer


def registered() -> frozenset[str]:
    """Every condition a message may name."""
    return frozenset({ALWAYS, UNSAID, *_CONDITIONS})


class Sayable(Protocol):
    """The columns of a message row that a condition needs."""

    @property
    def template(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def about_version(self) -> int: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def facts(self) -> Mapping[str, KeptFact]: ...


async def holds(row: Sayable) -> bool:
    """Whether what the message row says is still true.

    Raises:
        MessageProblem: the message names a condition that is not registered.
    """
    message = catalogue().message(row.template)
    if message.meta.holds == ALWAYS:
        return True
    answer = _CONDITIONS.get(message.meta.holds)
    if answer is None:
        raise MessageProblem(f"{message.id}: nobody registered the condition {message.meta.holds!r}")
    return await answer(
        Said(
            template=row.template,
            variant=row.variant,
            matter_id=int(About.parse(row.about).object_id),
            version=row.about_version,
            staff_id=row.staff_id,
            facts=row.facts,
        )
    )
