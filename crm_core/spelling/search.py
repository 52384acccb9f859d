"""What a text in a search box may be, judged by its form and given in the form in which such things are stored.

A text may be several things at once (`1245` can be the end of a phone, a plate, a VIN and an order number); each room
looks for the things it has. A part is found from any character on: the index over `search_parts` in the database holds
all endings of a text, and `prefix_query` makes the query for it.
"""

import re
from dataclasses import dataclass
from typing import Final

from crm_core.spelling.characters import compact
from crm_core.spelling.name import spell_name
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from crm_core.spelling.plate import normalise_plate
from crm_core.spelling.vin import TAIL_LENGTH, VIN_LENGTH

SHORTEST_TAIL: Final = 4
"""The fewest digits for the end of a phone or an order number; fewer would match too many."""
LONGEST_TAIL: Final = 10
SHORTEST_PLATE: Final = 3
"""The fewest characters of a plate; fewer would match every car of a city."""
LONGEST_PART: Final = 20
"""To how many characters `search_parts` cuts each part."""

_PLATE: Final = re.compile(r"(?:WJ)?[\u4e00-\u9fff]{0,2}[A-Z0-9]{1,8}[\u4e00-\u9fff]{0,2}")
"""This includes plates that are accepted only by hand: WJ粤12345, 民航A0001, 京X1234应急."""
_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{6,17}")
_ORDER: Final = re.compile(r"(?=.*\d{4}$)[A-Z0-9]{4,30}")
_LOOKS_LIKE: Final = str.maketrans("OI", "01")


@dataclass(frozen=True)
class Sought:
    """What a text may be, each in its stored form; None if it cannot be that."""

    name: str | None = None
    """Part of a name, without blanks and dots."""
    phone: str | None = None
    """A whole phone number in its stored form."""
    phone_tail: str | None = None
    """The last four or more digits of a phone number."""
    plate: str | None = None
    """Part of a plate."""
    vin: str | None = None
    """A whole VIN or the end of one, at least six characters."""
    order: str | None = None
    """The end of a repair order's number, or all of it, without dashes."""


def read_search(text: str) -> Sought:
    """What `text` may be; all fields are None if it cannot be searched."""
    typed = compact(text)
    if not typed:
        return Sought()
    digits = typed if typed.isdigit() else None
    plate = normalise_plate(text)
    vin = typed.translate(_LOOKS_LIKE)
    is_vin = _VIN.fullmatch(vin) is not None and len(vin) <= VIN_LENGTH
    return Sought(
        name=None if digits else compact(spell_name(text))[:LONGEST_PART],
        # People who copy a foreign number by hand leave out its plus. A shorter number is found by its end.
        phone=_phone(text) or (_phone(f"+{digits}") if digits and len(digits) > LONGEST_TAIL else None),
        phone_tail=digits if digits and SHORTEST_TAIL <= len(digits) <= LONGEST_TAIL else None,
        plate=plate if len(plate) >= SHORTEST_PLATE and _PLATE.fullmatch(plate) else None,
        vin=vin if is_vin and len(vin) >= TAIL_LENGTH else None,
        order=typed if _ORDER.fullmatch(typed) else None,
    )


def prefix_query(part: str) -> str:
    """The `tsquery` that finds texts with a part that begins with `part`."""
    quoted = part[:LONGEST_PART].upper().replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


def _phone(text: str) -> str | None:
    try:
        return parse_phone(text)
    except PhoneInvalid:
        return None
