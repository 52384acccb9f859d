"""Typed and pasted text as it is kept: what nobody can see is no text.

Copying out of a chat, a PDF or a phone book brings direction marks, zero-width spaces, fillers and private-use
characters along. They break comparison and search, leave holes in messages, and a name made of them alone is no name.
"""

import re
import unicodedata
from typing import Any, Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Control, format (direction and zero-width), lone surrogates, private use."""
_FILLERS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U0001d159\U000e0000-\U000e0fff]"
)
"""Drawn as nothing whatever their category: grapheme joiner, Hangul, Khmer and Braille fillers, Mongolian variants, a
musical rest of no form, and what Unicode keeps free to be ignored (Default_Ignorable_Code_Point)."""
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_JOINS: Final = "\u200d"
"""Holds the parts of one emoji together; between other characters it is as unseen as the rest."""
_VARIANT: Final = re.compile("[\ufe00-\ufe0f]")
"""Chooses a picture for a symbol; after a letter it only makes two spellings of one name."""

_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""What no PostgreSQL text can hold."""


def clean(text: str) -> str:
    """The text without what cannot be seen, trimmed; empty when nothing visible is left. Line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _LINE_ENDS.sub("\n", text)
    kept = "".join(character for i, character in enumerate(text) if _is_kept(text, i, character)).strip()
    return kept if any(unicodedata.category(character)[0] not in "MZ" for character in kept) else ""


def one_line(text: str) -> str:
    """As `clean`, on a single line with single spaces."""
    return " ".join(clean(text).split())


def clean_values(value: Any, *, at_most_deep: int = 64) -> Any:
    """Every text inside decoded JSON cleaned; the names of fields are left as they are.

    Raises:
        ValueError: nested more than `at_most_deep` deep, or a name holds what PostgreSQL cannot.
    """
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, list | dict):
        return value
    if at_most_deep == 0:
        raise ValueError("nested too deep")
    if isinstance(value, list):
        return [clean_values(item, at_most_deep=at_most_deep - 1) for item in value]
    if any(_UNKEPT.search(name) for name in value):
        raise ValueError("a name that cannot be kept")
    return {name: clean_values(item, at_most_deep=at_most_deep - 1) for name, item in value.items()}


def _is_kept(text: str, i: int, character: str) -> bool:
    if character in "\n\t":
        return True
    if character == _JOINS:
        return 0 < i < len(text) - 1 and _is_picture(text[i - 1]) and _is_picture(text[i + 1])
    if _VARIANT.match(character):
        return i > 0 and unicodedata.category(text[i - 1])[0] in "SPN"
    return not _FILLERS.match(character) and unicodedata.category(character) not in _UNSEEN and not _is_none(character)


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk"} or character == "\ufe0f"


def _is_none(character: str) -> bool:
    """Code points that are promised never to be a character."""
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
