"""What people see who may not see the plain value (PIPL art. 51 asks for de-identification; the forms are the house's).

A mask must also be safe for malformed input: a value too short to show its ends is replaced by stars completely.
"""

import re
from typing import Final

from crm_core.spelling.phone import country_of

SUM: Final = re.compile(r"[−-]?\d[\d,]*\.\d{2}(?= ?元)")
"""An amount of money as every sentence writes it. PostgreSQL understands the same pattern, so SQL can use it too."""
MOBILE_DIGITS = 11
SHORTEST_WITH_TAIL = 8
"""From this many digits on, the last four of a foreign number are shown: then at least as many stay hidden."""
VIN_LENGTH = 17


def mask_phone(phone: str) -> str:
    """`138****5678`, `+852****4567`; another number keeps only its last two digits."""
    if country := country_of(phone):
        number = phone.removeprefix(country)
        return f"{country}****{number[-4:] if len(number) >= SHORTEST_WITH_TAIL else number[-2:]}"
    if len(phone) == MOBILE_DIGITS:
        return f"{phone[:3]}****{phone[-4:]}"
    return _keep_tail(phone, 2)


def mask_plate(plate: str) -> str:
    """`粤B·D**45`, `粤B·D***45` for new energy: province, letters in front and the last two stay."""
    number = plate.replace("·", "")
    if len(number) < 7:
        return "*" * len(number)
    return f"{number[:2]}·{number[2]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_vin(vin: str) -> str:
    """`LYF**********0001`: the maker's code and the last four characters stay."""
    if len(vin) != VIN_LENGTH:
        return _keep_tail(vin, 4)
    return f"{vin[:3]}{'*' * (VIN_LENGTH - 7)}{vin[-4:]}"


def mask_id_card(number: str) -> str:
    """Only the last four stay."""
    return _keep_tail(number, 4)


def mask_name(name: str) -> str:
    """`张*`: one star whatever the length, so that the length tells nothing."""
    return f"{name[0]}*" if name else ""


def mask_sums(sentence: str) -> str:
    """`已付 *** 元`: a sentence without the sums in it."""
    return SUM.sub("***", sentence)


def _keep_tail(text: str, kept: int) -> str:
    if len(text) <= 2 * kept:
        return "*" * len(text)
    return "*" * (len(text) - kept) + text[-kept:]
