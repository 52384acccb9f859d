"""Which text is in force on a day, what a new version is called, and what a text has to say. Pure."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final, Protocol, TypeVar

LONGEST_TITLE: Final = 20
SHORTEST_TEXT: Final = 20
LONGEST_TEXT: Final = 400
"""What a phone shows above the box without scrolling far (house rule)."""
_TAKEN_BACK: Final = re.compile("撤回|退订|关闭")
_NO_FREE_CHOICE: Final = re.compile(
    "默认同意|视为同意|视同同意|即表示同意|即代表同意|不可撤回|不得撤回|不能撤回|一经同意"
)
_PHONE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


class Dated(Protocol):
    """A text with its first day."""

    @property
    def effective_on(self) -> date | None:
        """None for one that was there from the beginning."""


T = TypeVar("T", bound=Dated)


def in_force(texts: Sequence[T], today: date) -> T:
    """The text that is shown on this day, of all texts of one purpose in the order they were published."""
    begun = [each for each in texts if each.effective_on is None or each.effective_on <= today]
    # Of two that begin on one day the later published one holds: it corrects the other.
    return max(reversed(begun), key=lambda each: each.effective_on or date.min)


def version_of(effective_on: date, taken: Collection[str]) -> str:
    """The day from which it holds; the second of a day is `2026-12-01.2`."""
    names = (f"{effective_on}.{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (str(effective_on), *names) if name not in taken)


def problems_of(title: str, text: str) -> list[str]:
    """What keeps a text from being a valid request for consent, in Chinese; empty if nothing does.

    Consent is given freely and as easily taken back (PIPL art. 14–16), for one purpose at a time, by somebody who was
    told how (art. 17).
    """
    problems = []
    if not 2 <= len(title) <= LONGEST_TITLE or "\n" in title:
        problems.append(f"名称要 2 到 {LONGEST_TITLE} 个字")
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT:
        problems.append(f"说明要 {SHORTEST_TEXT} 到 {LONGEST_TEXT} 个字，说清谁用哪些信息做什么")
    if not _TAKEN_BACK.search(_NO_FREE_CHOICE.sub("", text)):
        problems.append("要写怎么撤回（撤回、退订或关闭）")
    if found := _NO_FREE_CHOICE.search(text):
        problems.append(f"不能写「{found.group()}」，同意要本人自愿勾选，随时能撤回")
    if _PHONE.search(title + text):
        problems.append("不要写个人手机号")
    return problems
