"""The kinds of repair work that the trade's rules tell apart: each has a guarantee of its own. Pure."""

from enum import StrEnum


class WorkKind(StrEnum):
    """维修类别, as far as the repair guarantee depends on it."""

    WHOLE = "WHOLE"
    SECOND = "SECOND"
    SMALL = "SMALL"

    @property
    def words(self) -> str:
        """As papers and lists name it."""
        return _WORDS[self]


_WORDS = {
    WorkKind.WHOLE: "整车修理、总成修理",
    WorkKind.SECOND: "二级维护",
    WorkKind.SMALL: "一级维护、小修、专项修理",
}
