"""Which words a notice has at a moment, in a store: the store's own, else the group's, else the shipped ones.

All changes together are a few hundred rows; a process caches them and reads them again when its copy is older than a
second, as it does with the policies. Words that no longer fit, since an upgrade may change a frame, are left unused and
logged: a notice is then sent in its shipped words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Final

from crm_core.wording.catalogue import MessageTemplate, catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.parts import reworded
from crm_core.wording.proofreading import proofread
from foundation import clock, database
from foundation.logging import logger

KNOWN_WITHIN_SECONDS: Final = 1.0
"""How long a change made by another process may stay unnoticed."""
_ALL: Final = "SELECT message, part, store_id, words, changed_at FROM wording_change ORDER BY number"


@dataclass(frozen=True)
class Wordings:
    """All changes, each as message, part, store, words and the moment from which they hold, the oldest first."""

    changes: tuple[tuple[str, str, int | None, str | None, datetime], ...]

    def at(self, message: str, store_id: int | None, moment: datetime) -> dict[str, str]:
        """The changed words of a message in a store (None: the group) at a moment, by part."""
        places: dict[int | None, dict[str, str | None]] = {None: {}, store_id: {}}
        for of, part, where, words, since in self.changes:
            if of == message and where in places and since <= moment:
                places[where][part] = words
        found = {part: words for part, words in places[None].items() if words is not None}
        return found | {part: words for part, words in places[store_id].items() if words is not None}


@dataclass
class _Kept:
    wordings: Wordings
    read_at: float


_kept: _Kept | None = None


def forget() -> None:
    """Drop the cached changes, so that the next question reads the database."""
    global _kept
    _kept = None


async def read_wordings() -> Wordings:
    """All changes, read from the database as the running transaction sees it."""
    rows = await database.fetch(_ALL)
    return Wordings(tuple((r["message"], r["part"], r["store_id"], r["words"], r["changed_at"]) for r in rows))


async def worded(template: str, store_id: int | None, *, moment: datetime | None = None) -> MessageTemplate:
    """The message as it is said in a store (None: where no store is known) at a moment, by default now."""
    global _kept
    if _kept is None or monotonic() - _kept.read_at > KNOWN_WITHIN_SECONDS:
        read_at = monotonic()
        _kept = _Kept(await read_wordings(), read_at)
    message = catalogue().message(template)
    return sayable(message, _kept.wordings.at(message.name, store_id, moment or clock.now()))


def sayable(message: MessageTemplate, words: Mapping[str, str]) -> MessageTemplate:
    """The message with these words where they may be said, else as it was shipped. Never raises."""
    return _sayable(message.name, tuple(sorted(words.items()))) if words else message


@lru_cache(maxsize=512)
def _sayable(name: str, words: tuple[tuple[str, str], ...]) -> MessageTemplate:
    message = catalogue().message(name)
    try:
        other = reworded(message, dict(words))
        problems = proofread(other)
    except MessageProblem as wrong:
        problems = [str(wrong)]
    if not problems:
        return other
    logger.error("wording_not_used", message=name, problems=problems)
    return message
