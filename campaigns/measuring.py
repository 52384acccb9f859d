"""Whom a broadcast is measured by, and for how long: every room of campaigns keeps to it."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

WINDOW: Final = timedelta(days=30)
"""An arrival counts if it comes within this time after the claim or click, or else after the send; so long a control
group is left alone. It is no policy, because results of different broadcasts can only be compared if they are counted
in the same way.
"""


class Cohort(StrEnum):
    """The group into which the freeze put a person, which never changes: lift compares PLANNED with CONTROL."""

    EXCLUDED = "EXCLUDED"
    CONTROL = "CONTROL"
    PLANNED = "PLANNED"
