"""What owners wait for at the desk once they have their bill, counted."""

from datetime import datetime

from foundation.reading import read_model


@read_model
class Waiting:
    """How many wait, how many of them beyond their time, and by when the next one is due."""

    waiting: int
    overdue: int
    next_due_at: datetime | None


def counted(table: str, open_states: str) -> str:
    """The statement that counts a store's open rows of a table with `due_at`, as of an instant."""
    return (
        "SELECT count(*)::int AS waiting, count(*) FILTER (WHERE due_at <= $2::timestamptz)::int AS overdue, "
        f"min(due_at) AS next_due_at FROM {table} WHERE store_id = $1 AND state IN ({open_states})"
    )
