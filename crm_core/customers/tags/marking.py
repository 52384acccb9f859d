"""Telling WeCom which tags one member's friend has: one call for everything owed about the pair.

Putting on what is on and taking off what is off changes nothing, so a call whose answer was lost is made again.
"""

import orjson

from crm_core.customers import corp_tags
from crm_core.customers.contact_reading import expect_news
from crm_core.customers.platform import wecom
from crm_core.customers.tags import holding
from foundation import database
from foundation.reading import Query, read_model
from integrations.wecom.contacts import NO_LONGER_KNOWN, NO_SUCH_TAG
from integrations.wecom.errors import WeComError


@read_model
class _Owed:
    """One tag that WeCom is to be told of."""

    id: int
    is_wanted: bool
    wecom_id: str
    name: str
    userid: str
    external_userid: str
    is_friend: bool


_OWED = Query(
    _Owed,
    """
    SELECT m.id, m.is_wanted, t.wecom_id, t.name, s.userid, f.external_userid, f.ended_at IS NULL AS is_friend
    FROM tag_mark m JOIN tag t ON t.id = m.tag_id JOIN friendship f ON f.id = m.friendship_id
    JOIN staff s ON s.id = f.staff_id
    WHERE m.friendship_id = $1 AND m.done_at_turn IS NULL ORDER BY t.id
    """,
)


async def tell(friendship_id: int) -> None:
    """Tell WeCom what is owed about this pair, as it stands now."""
    owed = await _OWED.all(friendship_id)
    if not owed:
        return
    pair = owed[0]
    if not pair.is_friend:
        await _forget(friendship_id)
        return
    on = [one.wecom_id for one in owed if one.is_wanted]
    off = [one.wecom_id for one in owed if not one.is_wanted]
    try:
        await (await wecom()).contacts.mark_tags(pair.userid, pair.external_userid, add=on, remove=off)
    except WeComError as error:
        if error.errcode in NO_LONGER_KNOWN:
            # They turned away. If they come back, the new friendship begins with what they carry then.
            await _forget(friendship_id)
            await expect_news(pair.external_userid)
            return
        if error.errcode == NO_SUCH_TAG:
            await corp_tags.expect_news()
        raise
    async with database.transaction():
        await database.execute("SELECT FROM friendship WHERE id = $1 FOR NO KEY UPDATE", friendship_id)
        turn = await holding.next_turn()
        await database.execute(
            "UPDATE friendship SET corp_tags = (corp_tags - $2::text[]) || $3::jsonb WHERE id = $1",
            friendship_id,
            off,
            orjson.dumps({one.wecom_id: one.name for one in owed if one.is_wanted}).decode(),
        )
        # Who changed their mind meanwhile is told next.
        await database.execute_many(
            "UPDATE tag_mark SET done_at_turn = $3 WHERE id = $1 AND is_wanted = $2 AND done_at_turn IS NULL",
            [(one.id, one.is_wanted, turn) for one in owed],
        )


async def _forget(friendship_id: int) -> None:
    await database.execute("DELETE FROM tag_mark WHERE friendship_id = $1", friendship_id)
