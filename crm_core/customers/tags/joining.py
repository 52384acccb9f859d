"""What a merge of two records does to their tags, and what undoing it does.

A tag that only the merged record carries goes to the kept one with its reasons. Of a tag that both carry the reasons
are joined: a hand's stays a hand's, though a rule gave the tag to the other record, and no rule can take it off. The
row of the merged record stays with it, so that it carries the tag again when the merge is undone.
"""

from collections.abc import Mapping, Sequence

from crm_core.customers.tags import holding
from crm_core.customers.tags.rules import Reason
from foundation import database

_GIVEN = f"""
WITH pair AS (
  SELECT k.id, {", ".join(f"m.{reason} AND NOT k.{reason} AS {reason}" for reason in Reason)}
  FROM customer_tag k JOIN customer_tag m ON m.tag_id = k.tag_id WHERE k.customer_id = $1 AND m.customer_id = $2
)
UPDATE customer_tag k SET {", ".join(f"{reason} = k.{reason} OR b.{reason}" for reason in Reason)}
FROM pair b WHERE b.id = k.id AND ({" OR ".join(f"b.{reason}" for reason in Reason)})
RETURNING k.tag_id, array_remove(ARRAY[{", ".join(f"CASE WHEN b.{reason} THEN '{reason}' END" for reason in Reason)}],
  NULL) AS reasons
"""


async def join(kept_id: int, merged_id: int) -> dict[str, list[str]]:
    """Give the kept record the reasons of tags that both carry; returns those it had not before, by tag. The caller
    holds both records' locks.
    """
    rows = await database.fetch(_GIVEN, kept_id, merged_id)
    await holding.owe([row["tag_id"] for row in rows], [kept_id])
    return {str(row["tag_id"]): row["reasons"] for row in rows}


async def part(kept_id: int, merged_id: int, given: Mapping[str, Sequence[str]]) -> None:
    """Take the reasons that a merge brought off the kept record again, write the names of both anew, and note what
    WeCom is to be told.
    """
    for tag_id, reasons in given.items():
        await holding.take_off([kept_id], [int(tag_id)], [Reason(reason) for reason in reasons])
    await holding.recompute([kept_id, merged_id])
    ids = await database.fetch(
        "SELECT DISTINCT tag_id FROM customer_tag WHERE customer_id = ANY($1)", [kept_id, merged_id]
    )
    touched = {row["tag_id"] for row in ids} | {int(tag_id) for tag_id in given}
    await holding.owe(sorted(touched), [kept_id, merged_id])
