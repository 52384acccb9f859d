"""What another program told of a row, remembered without repeating it. Pure.

A program may overwrite what it wrote itself, and nothing that a person has changed since. So of each column a short
digest is kept of the value the program told; while the value on file still has it, the value is the program's.
"""

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

Marks: TypeAlias = Mapping[str, str]
"""Column → the mark of the value that was told."""


def mark(value: object) -> str:
    """What tells one value from another: sixteen hexadecimal digits."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]


def is_still(told: Marks, column: str, value: object) -> bool:
    """Whether the value on file is the one that was told."""
    return column in told and told[column] == mark(value)
