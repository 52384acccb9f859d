"""Taking one page of a member's list: whoever differs from what we know, each in a transaction of their own.

Taking a page again changes nothing, so a worker killed in the middle repeats it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson

from crm_core.customers import friendship_rows, tombstones
from crm_core.customers.contact_reading import expect_news
from crm_core.customers.events import FriendLost
from crm_core.customers.friend_pulls.rules import DriftKind
from crm_core.customers.friendships import ContactDetails, describe, give_owner
from crm_core.customers.identities import Name, Newcomer, WasErased, resolve, touch
from crm_core.customers.models import IdentityKind, Source
from crm_core.customers.notes import REMARK_CHARS, Follower
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Staff
from foundation import clock, database
from foundation.events import record
from foundation.reading import Query, literals, read_model
from foundation.text import one_line
from integrations.wecom.contacts import ListedFriend

ACTOR: Final = system("wecom-friends")


@dataclass(frozen=True)
class Listed:
    """A friend as the list tells of them."""

    details: ContactDetails
    follower: Follower
    since: datetime


@read_model
class _Known:
    """What we know of a friend of the member."""

    id: int
    customer_id: int
    external_userid: str
    ended_at: datetime | None
    remark: str
    corp_tags: dict[str, str]
    nickname: str | None
    has_unionid: bool


_KNOWN: Final = Query(
    _Known,
    f"""
    SELECT f.id, f.customer_id, f.external_userid, f.ended_at, f.remark, f.corp_tags, c.nickname,
      EXISTS (SELECT FROM identity i WHERE i.customer_id = c.id AND i.kind = {literals(IdentityKind.UNIONID)})
        AS has_unionid
    FROM friendship f JOIN customer c ON c.id = f.customer_id
    WHERE f.staff_id = $1 AND f.external_userid = ANY($2)
    """,
)


def friend_of(staff: Staff, told: ListedFriend, tag_names: Mapping[str, str], begun: int) -> Listed:
    """What WeCom's list, asked for at turn `begun`, tells of a friend; a tag without a name was deleted."""
    follower = Follower(
        userid=staff.userid,
        add_way=told.add_way,
        state=told.state,
        remark=told.remark,
        phones=told.phones,
        corp_tags={tag: tag_names[tag] for tag in told.tag_ids if tag in tag_names},
    )
    details = ContactDetails(
        external_userid=told.external_user_id,
        name=told.name,
        unionid=told.union_id or None,
        followers=(follower,),
        begun=begun,
    )
    return Listed(details, follower, datetime.fromtimestamp(told.since_unix_seconds, UTC))


async def take(pull_id: int, staff: Staff, page: Sequence[Listed]) -> int:
    """Take whoever of a page is new, back, or noted differently; returns how many were kept out since they were
    erased.
    """
    kept_out = 0
    names = [one.details.external_userid for one in page]
    known = {row.external_userid: row for row in await _KNOWN.all(staff.id, names)}
    for one in page:
        row = known.get(one.details.external_userid)
        try:
            if row is None or (row.ended_at is not None and one.since > row.ended_at):
                await _begin(pull_id, staff, one, is_back=row is not None)
            elif row.ended_at is None and (kinds := _differences(row, one)) is not None:
                await _note(pull_id, staff, row, one, kinds)
        except WasErased:
            await tombstones.note_named(_names(one))
            kept_out += 1
    return kept_out


def _names(one: Listed) -> list[Name]:
    names = [(IdentityKind.EXTERNAL_USERID, one.details.external_userid)]
    return [*names, (IdentityKind.UNIONID, one.details.unionid)] if one.details.unionid else names


def _differences(row: _Known, one: Listed) -> list[DriftKind] | None:
    """What is noted differently; empty if it is nothing to tell, None if there is nothing to take."""
    kinds = []
    if one_line(one.follower.remark)[:REMARK_CHARS] != row.remark:
        kinds.append(DriftKind.REMARK)
    if one.follower.corp_tags != row.corp_tags:
        kinds.append(DriftKind.TAGS)
    is_silent = bool(one.follower.phones) or one_line(one.details.name) != (row.nickname or "")
    return kinds if kinds or is_silent or (one.details.unionid is not None and not row.has_unionid) else None


async def _begin(pull_id: int, staff: Staff, one: Listed, *, is_back: bool) -> None:
    """They are friends since WeCom says so. No event of a new friend: nobody is greeted or given anything for it.

    Raises:
        WasErased: they asked to be deleted after they became friends.
    """
    async with database.transaction():
        newcomer = Newcomer(Source.WECOM_ADD, home_store_id=staff.store_id)
        customer_id = await resolve(ACTOR, _names(one), newcomer, acted_at=one.since)
        _, is_new, _ = await friendship_rows.begin(
            customer_id,
            staff.id,
            one.details.external_userid,
            one.since,
            one.follower.state,
            one.follower.add_way,
        )
        if is_new:
            await touch(customer_id, Source.WECOM_ADD, "")
            await give_owner(customer_id, staff, staff.store_id)
        customer_id = await _describe(one)
        if is_new:
            await drift(pull_id, staff.id, customer_id, DriftKind.BACK if is_back else DriftKind.FOUND)


async def _note(pull_id: int, staff: Staff, row: _Known, one: Listed, kinds: Sequence[DriftKind]) -> None:
    async with database.transaction():
        customer_id = await _describe(one)
        now = await database.fetch_one("SELECT remark, corp_tags FROM friendship WHERE id = $1", row.id)
        if now is None:
            raise WasErased
        changed = {
            DriftKind.REMARK: now["remark"] != row.remark,
            DriftKind.TAGS: orjson.loads(now["corp_tags"]) != row.corp_tags,
        }
        for kind in kinds:
            if changed[kind]:
                await drift(pull_id, staff.id, customer_id, kind)


async def _describe(one: Listed) -> int:
    """Store what the list tells.

    Raises:
        WasErased: they were erased meanwhile.
    """
    customer_id = await describe(ACTOR, one.details)
    if customer_id is None:
        raise WasErased
    return customer_id


async def take_left_behind(pull_id: int, staff: Staff, external_userid: str) -> None:
    """A friend of a member who left, given to nobody yet: WeCom tells no more of them than this.

    Raises:
        WasErased: they asked to be deleted.
    """
    async with database.transaction():
        names = [(IdentityKind.EXTERNAL_USERID, external_userid)]
        customer_id = await resolve(ACTOR, names, Newcomer(Source.WECOM_ADD, home_store_id=staff.store_id))
        is_known = await database.fetch_value(
            "SELECT EXISTS (SELECT FROM friendship WHERE staff_id = $1 AND external_userid = $2)",
            staff.id,
            external_userid,
        )
        if is_known:
            return
        await friendship_rows.begin(customer_id, staff.id, external_userid, clock.now(), "", 0)
        await give_owner(customer_id, staff, staff.store_id)
        await expect_news(external_userid)
        await drift(pull_id, staff.id, customer_id, DriftKind.FOUND)


async def end(pull_id: int, staff: Staff, friendship_id: int, at: datetime) -> None:
    """A friend is not in the member's list any more, as of `at`; does nothing if they are friends again."""
    async with database.transaction():
        row = await database.fetch_one(
            "UPDATE friendship SET ended_at = $2, last_ended_at = $2, ended_by = 'unseen' "
            "WHERE id = $1 AND ended_at IS NULL AND coalesce(last_added_at, since) < $2 "
            "RETURNING customer_id",
            friendship_id,
            at,
        )
        if row is None:
            return
        await drift(pull_id, staff.id, row["customer_id"], DriftKind.GONE)
        await record(
            FriendLost(
                actor=str(ACTOR),
                customer_id=row["customer_id"],
                store_id=staff.store_id,
                friendship_id=friendship_id,
                staff_id=staff.id,
                staff_name=staff.name,
                by="unseen",
            )
        )


async def drift(pull_id: int, staff_id: int, customer_id: int, kind: DriftKind) -> None:
    """Keep a difference for the page, in the transaction that removes it."""
    await database.execute(
        "INSERT INTO friend_drift (pull_id, staff_id, customer_id, kind, at) VALUES ($1, $2, $3, $4, $5)",
        pull_id,
        staff_id,
        customer_id,
        kind,
        clock.now(),
    )
