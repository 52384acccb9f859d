"""Pictures and videos in records, and the deletion of those no record shows any more.

A file is named after its content, so two records may show the same one: it goes when the last of them is gone. That a
file is deleted at once after an erasure is a hint; the nightly sweep finds what a crash left.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from crm_core.privacy.traces import Traces
from foundation import database, media

_OF_ORDERS: Final = "t.repair_order_id IN (SELECT r.id FROM repair_order r WHERE r.customer_id = ANY($1))"
COLUMNS: Final = (
    ("repair_line", "photos", _OF_ORDERS),
    ("repair_line", "evidence", _OF_ORDERS),
    ("repair_line", "decline_signature", _OF_ORDERS),
    ("repair_event", "media", _OF_ORDERS),
    ("part_ask", "photo", _OF_ORDERS),
    ("quality_check", "photos", _OF_ORDERS),
    ("pre_inspection", "photos", _OF_ORDERS),
    ("pre_inspection", "damages", _OF_ORDERS),
    ("pre_inspection", "signature", _OF_ORDERS),
    ("estimate", "evidence", _OF_ORDERS),
    ("complaint", "photos", "t.customer_id = ANY($1)"),
    ("binding", "licence_media", "t.customer_id = ANY($1)"),
    ("valet_run", "photos", "t.customer_id = ANY($1)"),
    ("valet_run", "signature", "t.customer_id = ANY($1)"),
    ("lending", "out_photos", "t.customer_id = ANY($1)"),
    ("lending", "back_photos", "t.customer_id = ANY($1)"),
    ("broadcast", "content", "false"),
    ("campaign_attachment", "picture", "false"),
)
"""Where keys of files stand, and which rows are a person's. A test looks for keys anywhere else."""
KEY_PATTERN: Final = "[0-9a-f]{64}[.](?:jpg|png|webp|mp4)"
UNUSED_AFTER: Final = timedelta(days=2)
"""How old a file is before it counts as forgotten: an upload waits for the form it belongs to (house rule)."""
_BATCH: Final = 2000


async def of_person(traces: Traces) -> set[str]:
    """Keys of the files that this person's records show."""
    keys: set[str] = set()
    for table, column, rows in COLUMNS:
        if rows == "false":
            continue
        found = await database.fetch(
            f"SELECT DISTINCT k[1] AS key FROM {table} t, regexp_matches(t.{column}::text, '({KEY_PATTERN})', 'g') k "
            f"WHERE {rows}",
            traces.customers,
        )
        keys |= {row["key"] for row in found}
    return keys


async def delete_unused(keys: set[str]) -> int:
    """Delete those of the files that no record shows; returns how many there were."""
    if not keys:
        return 0
    used: set[str] = set()
    for table, column, _ in COLUMNS:
        rows = await database.fetch(
            f"SELECT DISTINCT k FROM {table} t JOIN unnest($1::text[]) k ON position(k IN t.{column}::text) > 0",
            sorted(keys),
        )
        used |= {row["k"] for row in rows}
    return await media.delete(keys - used)


async def sweep(*, dry: bool = False) -> int:
    """Delete files that no record shows and that are old enough to be nobody's upload; returns how many there are."""
    before = datetime.now(UTC) - UNUSED_AFTER  # Files know real time, not the demo's.
    stored = await asyncio.to_thread(lambda: sorted(media.stored_before(before)))
    unused = 0
    async with database.transaction():
        shown = " UNION ".join(
            f"SELECT k[1] FROM {table} t, regexp_matches(t.{column}::text, '({KEY_PATTERN})', 'g') k"
            for table, column, _ in COLUMNS
        )
        await database.execute("CREATE TEMP TABLE shown_picture (key text) ON COMMIT DROP")
        await database.execute(f"INSERT INTO shown_picture {shown}")
        await database.execute("CREATE INDEX ON shown_picture (key)")
        for first in range(0, len(stored), _BATCH):
            rows = await database.fetch(
                # The poster of a video is named after it.
                "SELECT k FROM unnest($1::text[]) k WHERE NOT EXISTS (SELECT FROM shown_picture s "
                "  WHERE s.key = k OR s.key = regexp_replace(k, '[.]jpg$', '.mp4'))",
                stored[first : first + _BATCH],
            )
            unused += len(rows)
            if not dry:
                await media.delete(row["k"] for row in rows)
    return unused
