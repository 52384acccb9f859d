"""Building one statement out of parts without ever writing a value into its text."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass
class Parameters:
    """The values of a statement; `add` gives the placeholder to write in its place."""

    today: date
    """The Shanghai day the question is asked for."""
    values: list[Any] = field(default_factory=list)

    def add(self, value: Any, kind: str) -> str:
        """`$3::date`."""
        self.values.append(value)
        return f"${len(self.values)}::{kind}"
