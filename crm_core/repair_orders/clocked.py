"""What the clocks counted on a line, as SQL."""

from typing import Final

CLOCKED_SO_FAR: Final = """
(SELECT coalesce(sum(extract(epoch FROM coalesce(e.ended_at, {now}) - e.started_at)) / 60, 0)::int
 FROM time_entry e WHERE e.line_id = l.id AND e.is_rework = (l.fail_count > 0))
"""
"""Minutes on line `l`, running clocks until `{now}`; of a job that failed the inspection, only the rework."""
