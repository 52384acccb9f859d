"""获客链接 at WeCom: addresses by which strangers become friends, and the quota that each of them uses up.

What the mark in an address means (store, source, welcome coupon) is known only to the campaigns.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.customers.platform import wecom
from foundation import clock, database
from foundation.errors import PlatformError
from integrations.wecom.acquisition import Link, LinkCustomer, Quota, opened_from_outside, with_channel

__all__ = [
    "Link",
    "Quota",
    "Wanted",
    "change_link",
    "delete_link",
    "find_link",
    "make_link",
    "opened_from_outside",
    "put_down_those_of",
    "quota_left",
    "with_channel",
    "wrote",
]


@dataclass(frozen=True)
class Wanted:
    """What a link that may have been made looks like: under this name, made not before this, and none of the known."""

    name: str
    since: datetime
    besides: Collection[str]


async def make_link(name: str, userids: Sequence[str]) -> Link:
    """Have WeCom make a link. Do not call it inside a transaction, nor again without `find_link` before.

    Raises:
        PlatformError: WeCom refused, or certainly did nothing (BUSY).
        OutcomeUnknown: there may be a link now.
    """
    return await (await wecom()).acquisition.create(name, userids)


async def find_link(wanted: Wanted) -> Link | None:
    """The link that a call without an answer made; None if WeCom lists none.

    Raises:
        PlatformError: WeCom does not say.
    """
    links = (await wecom()).acquisition
    for link_id in await links.ids():
        if link_id in wanted.besides:
            continue
        link = await links.get(link_id)
        if link.name == wanted.name and link.made_unix_seconds >= int(wanted.since.timestamp()):
            return link
    return None


async def change_link(link_id: str, name: str, userids: Sequence[str]) -> None:
    """Give a link this name and these members; its address stays. It may be repeated.

    Raises:
        PlatformError: WeCom refused, or did not answer (BUSY).
    """
    await (await wecom()).acquisition.update(link_id, name, userids)


async def delete_link(link_id: str) -> None:
    """Let a link lead nowhere. It may be repeated: one that WeCom lists no more is deleted.

    Raises:
        PlatformError: WeCom refused, or does not say.
    """
    links = (await wecom()).acquisition
    try:
        await links.delete(link_id)
    except PlatformError:
        if link_id in await links.ids():
            raise


async def quota_left() -> Quota:
    """What is left of the quota.

    Raises:
        PlatformError: WeCom refused, or did not answer.
    """
    return await (await wecom()).acquisition.quota()


async def put_down_those_of(link_id: str, mark: str) -> int:
    """Give the mark to friends of a link who followed it without one, and note who has written; returns how many rows
    changed. WeCom's list also has those of whom no callback reached us, whom the reading of friends brings.

    Raises:
        PlatformError: WeCom refused, or did not answer.
    """
    changed = 0
    async for came in (await wecom()).acquisition.customers(link_id):
        changed += await _put_down(came, mark)
    return changed


async def wrote(userid: str, external_userid: str, at: datetime) -> bool:
    """Note, in the running transaction, that a friend has written for the first time; whether that is new."""
    done = await database.execute(
        "UPDATE friendship f SET wrote_at = $3 FROM staff s "
        "WHERE s.id = f.staff_id AND s.userid = lower($1) AND f.external_userid = $2 AND f.wrote_at IS NULL",
        userid,
        external_userid,
        at,
    )
    return done.endswith(" 1")


async def _put_down(came: LinkCustomer, mark: str) -> int:
    # The mark of another code stays: who followed somebody else's address of the same link came by that.
    done = await database.execute(
        "UPDATE friendship f SET state = CASE WHEN f.state = '' THEN $3 ELSE f.state END, "
        "  wrote_at = coalesce(f.wrote_at, CASE WHEN $4 THEN $5::timestamptz END) "
        "FROM staff s WHERE s.id = f.staff_id AND s.userid = lower($1) AND f.external_userid = $2 "
        "AND (f.state = '' OR $4 AND f.wrote_at IS NULL)",
        came.user_id,
        came.external_user_id,
        mark,
        came.has_written,
        clock.now(),
    )
    return int(done.rsplit(" ", 1)[-1])
