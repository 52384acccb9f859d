"""Fields many inputs share, bounded so that whatever is let in can also be reckoned with."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

FIRST_DAY = date(2000, 1, 1)
"""Older than any group's first customer here."""
LAST_DAY = date(2099, 12, 31)
"""Beyond any plan; weeks added to it are still a date, and PostgreSQL's and JavaScript's alike."""

Id = Annotated[int, Field(gt=0, lt=2**63)]
"""A row's id: PostgreSQL's bigint."""
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A calendar day of this century."""
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.combine(FIRST_DAY, datetime.min.time(), UTC),
        lt=datetime.combine(LAST_DAY, datetime.min.time(), UTC),
    ),
]
"""An instant of this century; without a zone nobody knows which one is meant."""
Cursor = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]
"""Where a list goes on: an id as `Page.next_cursor` gave it, short enough for a bigint."""
Version = Annotated[int, Field(ge=1, lt=2**31)]
"""Of the thing as its writer saw it. Never optional: a write that needs none has no such field."""
