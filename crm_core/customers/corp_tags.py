"""The corp's tags: when one is renamed or deleted in WeCom's console, it changes for every customer who has it.

WeCom's callback names one tag or group, or none; we read the whole list, since that is only one call.
"""

from collections.abc import Mapping
from typing import Final

import orjson

from crm_core.customers import people
from crm_core.customers.notes import retag
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.unread import Unread
from foundation import database

READ_CORP_TAGS: Final = "customers.read_corp_tags"
UNREAD: Final = Unread("corp_tags", job=READ_CORP_TAGS, argument="which")
ALL: Final = "all"


async def expect_news() -> None:
    """Mark, in the running transaction, that tags have, or may have, changed."""
    await UNREAD.expect(ALL)


async def is_held(tag_id: str) -> bool:
    """Whether a friend of ours has this tag."""
    return bool(await database.fetch_value("SELECT EXISTS (SELECT FROM friendship WHERE corp_tags ? $1)", tag_id))


async def take_over(actor: Actor, names: Mapping[str, str]) -> int:
    """Update the tag names of every friend, and remove deleted tags; returns how many friendships changed.

    `names` are all tags of the corp: id to name.
    """
    authorise(actor, "customers.edit", subject())
    held = await database.fetch(
        "SELECT f.id, f.customer_id, f.corp_tags FROM friendship f WHERE EXISTS ("
        "  SELECT FROM jsonb_each_text(f.corp_tags) AS tag WHERE $1::jsonb ->> tag.key IS DISTINCT FROM tag.value) "
        "ORDER BY f.customer_id, f.id",
        orjson.dumps(dict(names)).decode(),
    )
    for row in held:
        before: dict[str, str] = orjson.loads(row["corp_tags"])
        after = {tag_id: names[tag_id] for tag_id in before if tag_id in names}
        async with database.transaction():
            customer = await people.lock(row["customer_id"])
            changed = await database.execute(
                "UPDATE friendship SET corp_tags = $2 WHERE id = $1 AND corp_tags = $3",
                row["id"],
                orjson.dumps(after).decode(),
                row["corp_tags"],
            )
            if changed.endswith(" 1"):
                await retag(actor, customer, given=set(after.values()), taken=set(before.values()))
    return len(held)
