"""What a line of the audit log tells besides, as people read it: colleagues and stores by name, settings by the words
of their list. The log itself keeps ids, which stay right when somebody is renamed.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from foundation.reading import Query, read_model

_STAFF: Final = frozenset({"staff", "staff_id", "deputy_id"})
_STORES: Final = frozenset({"store", "store_id", "stores", "store_ids"})
_STAFF_OF: Final[Mapping[str, frozenset[str]]] = {"customers.assign": frozenset({"from", "to"})}
"""Facts that name colleagues in this act alone; elsewhere the same words stand for other things."""
_HELD: Final = re.compile(r"@(store|region):(\d+)$")
"""Where a role is held: `SA@store:3`, `RGN@region:1`."""


@dataclass(frozen=True)
class Line:
    """An act with what is known besides."""

    action: str
    details: Mapping[str, object]


Teller = Callable[[Sequence[Line]], Awaitable[Sequence[Mapping[str, object]]]]
_TELLERS: Final[dict[str, Teller]] = {}


@read_model
class _Named:
    id: int
    name: str


_NAMES: Final = {
    "staff": Query(_Named, "SELECT id, name FROM staff WHERE id = ANY($1)"),
    "store": Query(_Named, "SELECT id, short_name AS name FROM store WHERE id = ANY($1)"),
    "region": Query(_Named, "SELECT id, name FROM region WHERE id = ANY($1)"),
}


def tells_of(area: str) -> Callable[[Teller], Teller]:
    """Decorator for what puts the details of acts that begin with `area` into words."""

    def declare(teller: Teller) -> Teller:
        _TELLERS[area] = teller
        return teller

    return declare


def in_words(lines: Sequence[Line], **words: Callable[[str], str]) -> list[dict[str, object]]:
    """The details of the lines, where each text of the named facts is said by its word."""
    return [
        {key: _worded(value, words[key]) if key in words else value for key, value in line.details.items()}
        for line in lines
    ]


def _worded(value: object, word: Callable[[str], str]) -> object:
    return [word(each) for each in _texts(value)] if isinstance(value, list) else word(str(value))


@tells_of("staff")
async def tell_places(lines: Sequence[Line]) -> list[dict[str, object]]:
    """Which roles somebody was given or lost: the store or region of each by its name."""
    held = [each for line in lines for key in ("before", "after") for each in _texts(line.details.get(key))]
    names: dict[str, str] = {}
    for kind in ("store", "region"):
        ids = {int(at[2]) for each in held if (at := _HELD.search(each)) and at[1] == kind}
        names |= {f"@{kind}:{row.id}": f"@{row.name}" for row in await _NAMES[kind].all(sorted(ids))}
    return [
        {
            key: [_HELD.sub(lambda at: names.get(at[0], at[0]), each) for each in _texts(value)]
            if key in ("before", "after")
            else value
            for key, value in line.details.items()
        }
        for line in lines
    ]


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


async def told(lines: Sequence[Line]) -> list[dict[str, object]]:
    """The details of each line, by words that can be shown."""
    found = [dict(line.details) for line in lines]
    for area, teller in _TELLERS.items():
        places = [at for at, line in enumerate(lines) if line.action.partition(".")[0] == area]
        if places:
            for at, details in zip(places, await teller([lines[at] for at in places]), strict=True):
                found[at] = dict(details)
    staff = await _names("staff", found, [_STAFF | _STAFF_OF.get(line.action, frozenset()) for line in lines])
    stores = await _names("store", found, [_STORES] * len(lines))
    for line, details in zip(lines, found, strict=True):
        for key, value in details.items():
            if key in _STAFF or key in _STAFF_OF.get(line.action, ()):
                details[key] = _named(value, staff)
            elif key in _STORES:
                details[key] = _named(value, stores)
    return found


async def _names(
    kind: str, found: Sequence[Mapping[str, object]], keys: Sequence[Collection[str]]
) -> Mapping[int, str]:
    ids = {
        number
        for details, wanted in zip(found, keys, strict=True)
        for key in wanted
        for number in _numbers(details.get(key))
    }
    return {row.id: row.name for row in await _NAMES[kind].all(sorted(ids))} if ids else {}


def _numbers(value: object) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, int) and not isinstance(each, bool)]


def _named(value: object, names: Mapping[int, str]) -> object:
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    return names.get(value, value) if isinstance(value, int) and not isinstance(value, bool) else value
