"""Column types for the id of a row in another table.

A table may have a foreign key only to tables of its own room, or of rooms that its room may import. The id of a row of
a higher room is kept as a mere number, since the lower room must work without the higher one.
"""

from typing import Any

from tortoise import fields


class Key(fields.BigIntField):
    """The id of a row of `table`, which belongs to this room or to one it may import: a foreign key in the database."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = table


class Upward(fields.BigIntField):
    """The id of a row of `table`, which belongs to a higher room: no foreign key, and this room never reads that
    table.
    """

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = table
