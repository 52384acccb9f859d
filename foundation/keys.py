"""What a column that holds another row's number says of it.

A table may only point down the import arrow, or beside. There the database holds the key; what a lower table keeps of
a room above is only a number, since the lower room must be usable without it.
"""

from typing import Any

from tortoise import fields


class Key(fields.BigIntField):
    """The number of a row of `table`, which belongs to this room or one below or beside: a key in the database."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = table


class Upward(fields.BigIntField):
    """The number of a row of `table`, which belongs to a room above: no key, and nobody here reads that table."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = table
