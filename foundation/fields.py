"""Field types shared by many inputs, bounded so that accepted values never overflow in later arithmetic."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

FIRST_DAY = date(2000, 1, 1)
"""Earlier than anything that is recorded here."""
LAST_DAY = date(2099, 12, 31)
"""Later than any plan, and early enough that adding weeks gives a date valid in Python, PostgreSQL and JavaScript."""

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
"""An instant of this century; it must have a time zone, since otherwise it is ambiguous."""
Cursor = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]
"""Where a list goes on: the id that `Page.next_cursor` gave, short enough for a bigint."""
Version = Annotated[int, Field(ge=1, lt=2**31)]
"""The version of the thing that the writer saw. Never optional: a write that needs no version has no such field."""
