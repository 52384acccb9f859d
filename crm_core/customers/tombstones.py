"""Marks of erased people, so that no list of friends, file or program brings them back without their will.

A mark is a keyed hash of one name a platform, a file or a phone gives a person. It leads to nobody: only whoever
already holds the name can ask whether there is a mark for it. It goes once no list has named the person for a while
(`models.Tombstone`), and at once when they come back by an act of their own.
"""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from crm_core.customers.models import IdentityKind
from foundation import clock, database
from foundation.settings import get_settings

CAR: Final = "CAR"
"""A car and the name of its owner, by which a file names somebody without a number."""
Name = tuple[IdentityKind | str, str]


def car_name(vin: str, name: str) -> Name:
    """How a file without a number names the owner of a car."""
    return CAR, f"{vin}:{name}"


async def put_up(names: Collection[Name]) -> None:
    """Mark the names of a person who is being erased, as of now."""
    await database.execute(
        "INSERT INTO tombstone (mark, erased_at, named_on) SELECT DISTINCT m, $2::timestamptz, $3::date "
        "FROM unnest($1::text[]) m "
        "ON CONFLICT (mark) DO UPDATE SET erased_at = EXCLUDED.erased_at, named_on = EXCLUDED.named_on",
        _marks(names),
        clock.now(),
        clock.today(),
    )


async def erased_at(names: Collection[Name]) -> datetime | None:
    """When the person behind any of these names was erased; None if nobody was."""
    found: datetime | None = await database.fetch_value(
        "SELECT max(erased_at) FROM tombstone WHERE mark = ANY($1)", _marks(names)
    )
    return found


async def erased_among(names: Sequence[Name]) -> set[Name]:
    """Those of the names that are of erased people. That they were named again is noted: the mark is still needed."""
    if not names:
        return set()
    by_mark = dict(zip(_marks(names), names, strict=True))
    found = await database.fetch("SELECT mark FROM tombstone WHERE mark = ANY($1) ORDER BY mark", list(by_mark))
    named = {by_mark[row["mark"]] for row in found}
    await note_named(named)
    return named


async def note_named(names: Collection[Name]) -> None:
    """Note that a list, a file or a program still names them."""
    if names:
        await database.execute(
            "UPDATE tombstone SET named_on = $2 WHERE mark = ANY($1) AND named_on < $2", _marks(names), clock.today()
        )


async def lift(names: Collection[Name]) -> None:
    """Take the marks away: the person came back by an act of their own."""
    await database.execute("DELETE FROM tombstone WHERE mark = ANY($1)", _marks(names))


def _marks(names: Collection[Name]) -> list[str]:
    secret = get_settings().lasting_key.encode()
    return [hmac.new(secret, f"tombstone:{kind}:{value}".encode(), hashlib.sha256).hexdigest() for kind, value in names]
