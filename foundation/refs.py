"""A name for a thing of any room: `bill:12`.

A column that may name a row of several tables holds such a `Ref`: in the audit log, in events, and for what a message
or a payment is about. A `Ref` is a `str`, so it can be stored, linked and sent as JSON unchanged. It is built and
parsed only here.
"""

import re
from typing import Final, Self

_FORM: Final = re.compile(r"([a-z][a-z_]*):([1-9][0-9]{0,18})", re.ASCII)


class Ref(str):
    """The kind of a thing and the id of its row."""

    __slots__ = ()

    def __new__(cls, kind: str, number: int) -> Self:
        """Build one.

        Raises:
            ValueError: `kind` is not a lower-case identifier, or `number` is not a positive 64-bit id.
        """
        text = f"{kind}:{number}"
        if not _FORM.fullmatch(text):
            raise ValueError(f"names no thing: {text!r}")
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a stored one.

        Raises:
            ValueError: the text does not have the form `kind:number`.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"names no thing: {text!r}")
        return cls(found[1], int(found[2]))

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]
        """The arguments with which `copy` and `pickle` build it again."""
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
        """The id if this is a thing of `kind`, else None: 12 for `bill:12` and `bill`."""
        return self.number if self.kind == kind else None
