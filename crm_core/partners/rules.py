"""Keys as texts, and how long an earlier one is still good. Pure."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "wdp_"
"""Tells people and scanners for leaked secrets what they have found."""
SECRET_BYTES: Final = 32
"""256 bits: nobody guesses one, so a plain digest of it is enough to keep."""
HINT_LENGTH: Final = 4
GOOD_AFTER_ROTATION: Final = timedelta(hours=24)
"""Whoever runs the other program changes its configuration within a working day."""
ROWS_AT_ONCE: Final = 200
"""Rows of one call: its transaction takes less than a second, and nobody waits long for its locks."""
FEWEST_CALLS, DEFAULT_CALLS, MOST_CALLS = 1, 120, 1_200
"""Calls a minute. The default brings 24,000 rows a minute, a store's whole base within one."""
LONGEST_PROGRAM: Final = 12
"""Characters of a program's mark: it stands in front of its customer numbers, which share 64 characters."""
_PROGRAM: Final = re.compile(rf"[a-z][a-z0-9_]{{1,{LONGEST_PROGRAM - 1}}}")


def hashed(token: str) -> str:
    """What is kept of a key: whoever reads the table cannot call with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_program(text: str) -> bool:
    """Whether a program's mark is short and plain, such as `dms`."""
    return _PROGRAM.fullmatch(text) is not None


def is_good(now: datetime, *, expires_at: datetime | None, ended_at: datetime | None) -> bool:
    """Whether a key still opens the door."""
    return ended_at is None and (expires_at is None or now < expires_at)


def file_number(program: str, external_id: str) -> str:
    """What a customer of another program is filed under, as an import files them."""
    return f"{program}:{external_id}"[:64]


def doubled(external_ids: Sequence[str]) -> str | None:
    """The first number that stands twice in one call; of such rows nobody could say which holds."""
    seen: set[str] = set()
    for one in external_ids:
        if one in seen:
            return one
        seen.add(one)
    return None
