"""What must still be true of a message's matter when it is about to leave.

An accept may come late and a platform may be busy for hours; by then the bill is paid and the appointment cancelled.
Each `message.toml` names its condition under `holds`; the room the matter belongs to answers it in its `still_true.py`,
which registers itself, since messaging stands below the rooms. It is asked in the transaction that leases the row,
before an owner's accept is used.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from crm_core.wording.about import About
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import MessageProblem

ALWAYS: Final = "always"
"""The condition of what stays true whatever happens: a greeting, or an answer to a press."""
UNSAID: Final = "unsaid"
"""No verb says it. A page is read where it stands; of a mass message `campaigns.exclusions` asks about each person; and
the room of the others is not built: whoever builds it names here what must still be true, or nothing goes out."""


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
    facts: Mapping[str, Any]

    def is_at(self, fact: str, moment: datetime | None) -> bool:
        """Whether the instant it names is this one."""
        named = self.facts.get(fact)
        return moment is not None and isinstance(named, str) and datetime.fromisoformat(named) == moment


Condition = Callable[[Said], Awaitable[bool]]
_CONDITIONS: dict[str, Condition] = {}


def condition(answer: Condition) -> Condition:
    """Decorator of a function in a room's `still_true.py`: messages name it by the function's name."""
    name = answer.__name__
    if name in _CONDITIONS:
        raise ValueError(f"two conditions are called {name}")
    _CONDITIONS[name] = answer
    return answer


def registered() -> frozenset[str]:
    """Every name a message may use."""
    return frozenset({ALWAYS, UNSAID, *_CONDITIONS})


class Sayable(Protocol):
    """What a condition needs of a message's row."""

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
    def facts(self) -> Mapping[str, object]: ...


async def holds(row: Sayable) -> bool:
    """Whether the message row may still be said.

    Raises:
        MessageProblem: it names a condition nobody registered.
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
