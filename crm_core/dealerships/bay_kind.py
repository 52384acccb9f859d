"""Kinds of bays and what fits where; apart from the tables, so that pure rules can name them."""

from enum import StrEnum


class BayKind(StrEnum):
    """工位 types; of a job, the kind of bay it asks for, and the skill of whoever does it."""

    QUICK = "QUICK"
    GENERAL = "GENERAL"
    EV = "EV"
    BODY = "BODY"

    @property
    def fitting(self) -> tuple["BayKind", ...]:
        """The kinds of bay in which such work can be done, the most modest first: a quick job needs no lift of its own,
        but can be done on one.
        """
        return (BayKind.QUICK, BayKind.GENERAL) if self is BayKind.QUICK else (self,)
