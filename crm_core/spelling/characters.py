"""Removing what stands between the characters of a number without meaning: blanks, dashes, dots, brackets and marks of
writing direction.
"""

import re
import unicodedata
from typing import Final

from foundation.text import clean

_BETWEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Pd", "Pc", "Ps", "Pe"})
"""Unicode categories of blanks, line ends, dashes, underscores and brackets."""
_DOTS: Final = frozenset(".·•・‧∙⋅。、,/~\u2212\u30fc\u2043\u2500\u2501\u00af\u02c9\u0304")
"""Dots, commas, strokes, and the minus, macron, line and long-vowel signs that people type instead of a dash."""
_QUOTES: Final = frozenset("'\"`\u00b4\u2018\u2019\u201c\u201d\u02b9\u02bc")
"""Spreadsheets put one in front of a number to keep it text. In names they are kept, since a name may contain one."""
_NOTHING_BETWEEN: Final = re.compile("[0-9A-Za-z\u4e00-\u9fff]*")
"""Nearly every number and plate."""


def compact(text: str) -> str:
    """The meaningful characters of a text, in half width and upper case, with digits of any script as 0 to 9."""
    if _NOTHING_BETWEEN.fullmatch(text):
        return text.upper()
    wide = unicodedata.normalize("NFKC", clean(text))
    kept = (c for c in wide if c not in _DOTS and c not in _QUOTES and unicodedata.category(c) not in _BETWEEN)
    return "".join(_digit(character) for character in kept).upper()


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
