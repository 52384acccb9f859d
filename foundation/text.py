"""Removes invisible characters from typed and pasted text before it is stored.

Copying from a chat, a PDF or a phone book brings along direction marks, zero-width spaces, fillers and private-use
characters. They break comparison and search and leave gaps in messages, and a name made only of them is no name.
"""

import re
import unicodedata
from typing import Any, Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories: control, format (direction marks and zero-width), lone surrogates, private use."""
_FILLERS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U0001d159\U000e0000-\U000e0fff]"
)
"""Invisible characters of other categories: grapheme joiner, Hangul, Khmer and Braille fillers, Mongolian variation
selectors, the null notehead, and code points that Unicode reserves to be ignored (Default_Ignorable_Code_Point)."""
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_JOINS: Final = "\u200d"
"""Zero-width joiner: it joins the parts of one emoji and is kept there, but removed between other characters."""
_VARIANT: Final = re.compile("[\ufe00-\ufe0f]")
"""Variation selectors choose the appearance of a symbol; after a letter one only makes a second spelling of a name."""

_PLAIN: Final = re.compile("[ -~\u00b7\u3001\u3002\u4e00-\u9fff\uff01-\uff5e]*")
"""Printable ASCII, common Chinese characters and their punctuation. Nearly every text matches, and then holds no
invisible character to look for."""
_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""Characters that a PostgreSQL text cannot hold."""


def clean(text: str) -> str:
    """The text without invisible characters, trimmed; empty when nothing visible is left. Line breaks and tabs stay."""
    if _PLAIN.fullmatch(text):
        return text.strip()
    text = _LINE_ENDS.sub("\n", text)
    kept = "".join(character for i, character in enumerate(text) if _is_kept(text, i, character)).strip()
    return kept if any(unicodedata.category(character)[0] not in "MZ" for character in kept) else ""


def one_line(text: str) -> str:
    """Like `clean`, and every run of white space becomes a single space."""
    return " ".join(clean(text).split())


def clean_values(value: Any, *, at_most_deep: int = 64) -> Any:
    """Decoded JSON with every string in it cleaned; the names of fields stay as they are.

    Raises:
        ValueError: it is nested more than `at_most_deep` levels, or the name of a field cannot be stored.
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
    """Whether it is a code point that Unicode guarantees never to be a character."""
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
