"""Who is to be on a code at a moment, by the shifts of those who take turns. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.dealerships.rota.rules import Rota

MOST_AT_ONCE: Final = 100
"""Members whom WeCom takes on one code (doc 92228)."""


@dataclass(frozen=True)
class Turn:
    """Somebody of a code: their shifts, whether they only stand by, and whether they still work here."""

    staff_id: int
    rota: Rota
    is_backup: bool = False
    is_active: bool = True

    def is_on_shift(self, local: datetime) -> bool:
        """Whether they work at this moment, in Shanghai's time."""
        minute = local.hour * 60 + local.minute
        return any(begins <= minute < ends for begins, ends in self.rota.hours_on(local.date()))


def may_take_turns(takers: Sequence[int], backup_id: int | None) -> bool:
    """Whether these people can share a code: nobody twice, no more than WeCom takes, and a backup only for somebody."""
    if backup_id is not None and (not takers or backup_id in takers):
        return False
    return len(set(takers)) == len(takers) <= MOST_AT_ONCE


def on_duty(turns: Sequence[Turn], keeper_id: int, local: datetime, *, takes_several: bool) -> list[int]:
    """Whose account the code leads to: those on shift, else the backup, else its keeper.

    A code that was made for one person takes the first of them.
    """
    there = [turn for turn in turns if turn.is_active]
    chosen = [turn.staff_id for turn in there if not turn.is_backup and turn.is_on_shift(local)]
    chosen = chosen or [turn.staff_id for turn in there if turn.is_backup] or [keeper_id]
    return sorted(chosen)[:MOST_AT_ONCE] if takes_several else chosen[:1]
