"""Numbers other programs gave to rows of ours: with them the same line is known the next time."""

from collections.abc import Sequence

from crm_core.imports.taking.run import Run, next_ids, write
from foundation import database
from foundation.refs import Ref


async def known(run: Run, kind: str, numbers: Sequence[str]) -> dict[str, str]:
    """Number → the digest of what was brought under it."""
    rows = await database.fetch(
        "SELECT number, content FROM foreign_number WHERE kind = $1 AND source_system = $2 AND number = ANY($3)",
        kind,
        run.origin.source_system,
        list(numbers),
    )
    return {row["number"]: row["content"] for row in rows}


async def keep(run: Run, kind: str, new: Sequence[tuple[str, str, Ref]]) -> None:
    """Number, digest and row of ours, in the running transaction."""
    ids = await next_ids("foreign_number", len(new))
    await write(
        "foreign_number",
        ("id", "kind", "source_system", "number", "content", "about"),
        [
            (row_id, kind, run.origin.source_system, number, content, str(about))
            for row_id, (number, content, about) in zip(ids, new, strict=True)
        ],
    )
    run.journal.make("foreign_number", ids)
