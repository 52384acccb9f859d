"""How one thing names another of any room: `bill:12`.

A column that may name a row of several tables keeps such a `Ref`: the audit log, the events, what a message or a
payment is about. It is a `str`, so that it goes as it is into a column, a link or JSON; made and read here only.
"""

import re
from typing import Final, Self

_FORM: Final = re.compile(r"([a-z][a-z_]*):([1-9][0-9]{0,18})", re.ASCII)


class Ref(str):
    """The kind of a thing and the number of its row."""

    __slots__ = ()

    def __new__(cls, kind: str, number: int) -> Self:
        """Raises ValueError if the kind is no word of code or the number none of a row."""
        text = f"{kind}:{number}"
        if not _FORM.fullmatch(text):
            raise ValueError(f"names no thing: {text!r}")
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one that was kept.

        Raises:
            ValueError: it has another form.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"names no thing: {text!r}")
        return cls(found[1], int(found[2]))

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]
        """What a copy is made of."""
        return self.kind, self.number

    @property
    def kind(self) -> str:
        """`bill` of `bill:12`."""
        return self.partition(":")[0]

    @property
    def number(self) -> int:
        """12 of `bill:12`."""
        return int(self.partition(":")[2])

    def of(self, kind: str) -> int | None:
        """12 of `bill:12` where a `bill` is meant; None of another kind."""
        return self.number if self.kind == kind else None
