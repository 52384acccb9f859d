"""What stands between the characters of a number and says nothing: blanks, dashes, dots, brackets, direction marks."""

import unicodedata
from typing import Final

from foundation.text import clean

_BETWEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Pd", "Pc", "Ps", "Pe"})
"""Blanks, line ends, dashes and underscores of every script, brackets."""
_DOTS: Final = frozenset(".·•・‧∙⋅。、,/~\u2212\u30fc\u2043\u2500\u2501\u00af\u02c9\u0304")
"""Dots, commas and strokes, and the minus, macron, line and long-vowel signs that are typed for a dash."""
_QUOTES: Final = frozenset("'\"`\u00b4\u2018\u2019\u201c\u201d\u02b9\u02bc")
"""A table hands its numbers out with one in front, so that they stay text; a name may hold one."""


def compact(text: str) -> str:
    """The characters that carry something: half width, upper case, decimal digits of any script as 0 to 9."""
    if text.isascii() and text.isalnum():
        return text.upper()
    wide = unicodedata.normalize("NFKC", clean(text))
    kept = (c for c in wide if c not in _DOTS and c not in _QUOTES and unicodedata.category(c) not in _BETWEEN)
    return "".join(_digit(character) for character in kept).upper()


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
