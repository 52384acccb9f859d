"""Messages that a platform refused, for whoever looks after the system: those of one template and one code of the
platform have one cause and are one row.

Once the cause is removed they can be sent again, as far as they are still true and in time; one whose call got no
answer may have arrived and is not among them. Whom to phone meanwhile is another list (`crm_core.telling`).
"""

from datetime import timedelta
from typing import Final

from crm_core.messaging.models import MessageState
from crm_core.messaging.service import enqueue_delivery, title_of
from crm_core.wording.catalogue import catalogue
from foundation import clock, database, parked
from foundation.parked import ParkedWork, Place
from foundation.reading import literals

KIND: Final = "message"
NAME: Final = "messaging.refused"
SHOWN_FOR: Final = timedelta(days=7)
"""An older one has nothing to say any more."""
AT_ONCE: Final = 500
"""How many one press sends again; the row stays for the rest."""


def _refused(since: str) -> str:
    return (
        f"state = {literals(MessageState.FAILED)} AND NOT unanswered AND errcode <> '' "
        f"AND created_at >= {since} AND next_try_at IS DISTINCT FROM 'infinity'"
    )


class _Refused:
    async def page(self, after: Place | None, limit: int) -> list[ParkedWork]:
        rows = await parked.rows_after(
            after,
            limit,
            f"SELECT '{KIND}:' || template || ':' || channel || ':' || errcode AS id, min(created_at) AS since, "
            "  template, errcode, channel, count(*) AS count, max(attempts) AS tries "
            f"FROM message WHERE {_refused('$4')} GROUP BY template, errcode, channel",
            clock.now() - SHOWN_FOR,
        )
        known = {message.name: title_of(message) for message in catalogue()}
        return [
            ParkedWork(
                id=row["id"],
                name=NAME,
                since=row["since"],
                error=f"{row['channel']} {row['errcode']}",
                tries=row["tries"],
                next_try_at=None,
                title=known.get(row["template"], row["template"]),
                count=row["count"],
            )
            for row in rows
        ]

    async def try_again(self, rest: str) -> str | None:
        ids = await _change(
            f"state = {literals(MessageState.PENDING)}, reason = '', errcode = '', tries = 0, next_try_at = NULL", rest
        )
        for message_id in ids:
            await enqueue_delivery(message_id)
        return NAME if ids else None

    async def give_up(self, rest: str) -> str | None:
        return NAME if await _change("next_try_at = 'infinity'", rest, at_once=None) else None


async def _change(values: str, rest: str, *, at_once: int | None = AT_ONCE) -> list[int]:
    template, _, cause = rest.partition(":")
    channel, _, errcode = cause.partition(":")
    rows = await database.fetch(
        f"UPDATE message SET {values} WHERE id IN (SELECT id FROM message WHERE {_refused('$1')} AND template = $2 "
        "AND channel = $3 AND errcode = $4 ORDER BY id LIMIT $5 FOR UPDATE SKIP LOCKED) RETURNING id",
        clock.now() - SHOWN_FOR,
        template,
        channel,
        errcode,
        at_once,
    )
    return [row["id"] for row in rows]


parked.kinds[KIND] = _Refused()
