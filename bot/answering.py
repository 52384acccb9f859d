"""What a member writes to the app, and which skill answers. A new skill is one module of `bot/skills` with a function
under `@listens`. It gives the lines of its answer, or None for what it does not understand.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from crm_core.dealerships.actors import Actor

Listener = Callable[[Actor, str], Awaitable[list[str] | None]]
"""Takes who wrote and what they wrote. No lines: it has answered otherwise, by a card."""
LONGEST_HEARD: Final = 200
"""Characters of a sentence that are listened to."""

_listeners: list[Listener] = []


def listens(listener: Listener) -> Listener:
    """Decorator that has a function of `bot/skills` hear what members write, in the order of the modules' names."""
    _listeners.append(listener)
    return listener


async def answer_to(actor: Actor, words: str) -> list[str] | None:
    """The answer of the first skill that understands; None if none does."""
    for listener in _listeners:
        answer = await listener(actor, words.strip()[:LONGEST_HEARD])
        if answer is not None:
            return answer
    return None
