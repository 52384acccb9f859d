"""WeCom friendships from callbacks, which may arrive in any order and more than once.

`at` is the instant that the platform gives for the event. The newest adding is compared with the newest ending, so that
repeated and late callbacks lead to the same result in any order. A half add (the customer added us without
verification) and the full one are the same friendship.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crm_core.customers import friendship_rows
from crm_core.customers.errors import MemberUnknown
from crm_core.customers.events import FriendAdded, FriendLost, FriendMoved
from crm_core.customers.identities import Newcomer, WasErased, resolve, touch
from crm_core.customers.merging_rules import PLACEHOLDER_NAME
from crm_core.customers.models import IdentityKind, Source
from crm_core.customers.notes import Follower, take_notes
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.events import MemberRenamed
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock, database
from foundation.events import record
from foundation.text import one_line

LONGEST_NAME = 50
"""Characters of the columns."""
TRANSFERRED = 202
"""WeCom's way of adding for a friend whom an administrator or a hand-over gave (`add_way`)."""
_SALES = frozenset({Role.SC, Role.SM, Role.DCC})
_SERVICE = frozenset({Role.SA, Role.SVM})


@dataclass(frozen=True)
class Befriended:
    """The result: `is_new` only for the callback that created or renewed the friendship."""

    customer_id: int
    staff: Staff
    is_new: bool


@dataclass(frozen=True)
class ContactDetails:
    """What WeCom knows about a friend when asked."""

    external_userid: str
    name: str
    unionid: str | None
    followers: tuple[Follower, ...]
    begun: int | None = None
    """The turn of tags at which WeCom was asked; None: after all that it was told."""


async def befriend(
    actor: Actor,
    *,
    userid: str,
    external_userid: str,
    at: datetime,
    state: str = "",
    add_way: int = 0,
    source: Source = Source.WECOM_ADD,
    source_detail: str = "",
    store_id: int | None = None,
) -> Befriended | None:
    """A member of staff and a customer are friends since `at`. Creates the customer when they are unknown; None for
    somebody who was erased after `at`, so that a late callback brings nobody back.

    `store_id` is the store the scanned code stands for; without one it is the staff member's own.

    Raises:
        MemberUnknown: WeCom names a member we do not have.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        staff = await _staff(userid)
        home_store_id = store_id or staff.store_id
        names = [(IdentityKind.EXTERNAL_USERID, external_userid)]
        try:
            customer_id = await resolve(actor, names, Newcomer(source, home_store_id=home_store_id), acted_at=at)
        except WasErased:
            return None
        friendship_id, is_new, is_back = await friendship_rows.begin(
            customer_id, staff.id, external_userid, at, state, add_way
        )
        if is_new:
            await touch(customer_id, source, source_detail)
            await give_owner(customer_id, staff, home_store_id)
            await record(
                FriendAdded(
                    actor=str(actor),
                    customer_id=customer_id,
                    store_id=home_store_id,
                    friendship_id=friendship_id,
                    staff_id=staff.id,
                    staff_name=staff.name,
                    source=source_detail,
                    is_back=is_back,
                )
            )
        return Befriended(customer_id, staff, is_new)


async def unfriend(
    actor: Actor, *, userid: str, external_userid: str, at: datetime, by: Literal["customer", "staff"]
) -> bool:
    """One side ended the friendship at `at`. False for an ending that is known, or older than the last adding, or of
    somebody who was erased.

    An ending that arrives before its adding is stored too, so that the late adding cannot revive the friendship.

    Raises:
        MemberUnknown: WeCom names a member we do not have.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        staff = await _staff(userid)
        names = [(IdentityKind.EXTERNAL_USERID, external_userid)]
        try:
            customer_id = await resolve(actor, names, Newcomer(Source.WECOM_ADD, home_store_id=staff.store_id))
        except WasErased:
            return False
        ended = await friendship_rows.end(customer_id, staff.id, external_userid, at, by)
        if ended is not None:
            await record(
                FriendLost(
                    actor=str(actor),
                    customer_id=customer_id,
                    store_id=staff.store_id,
                    friendship_id=ended,
                    staff_id=staff.id,
                    staff_name=staff.name,
                    by=by,
                )
            )
        return ended is not None


async def move(actor: Actor, *, external_userid: str, from_staff_id: int, to_staff_id: int, at: datetime) -> None:
    """WeCom has given a friend of one member to another: nobody was added by hand, and nobody turned away.

    The colleague gets the friend with remark, tags and the day it began with.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        taker, giver = await Staff.get(id=to_staff_id), await Staff.get(id=from_staff_id)
        names = [(IdentityKind.EXTERNAL_USERID, external_userid)]
        try:
            customer_id = await resolve(actor, names, Newcomer(Source.WECOM_ADD, home_store_id=taker.store_id))
        except WasErased:
            return
        ended = await friendship_rows.end(customer_id, giver.id, external_userid, at, "transfer")
        friendship_id, is_new, _ = await friendship_rows.begin(
            customer_id, taker.id, external_userid, at, "", TRANSFERRED
        )
        if not is_new and ended is None:
            return
        await database.execute(
            "UPDATE friendship n SET remark = o.remark, corp_tags = o.corp_tags, unread_since = $3, next_try_at = NULL "
            "FROM friendship o WHERE n.id = $1 AND o.staff_id = $2 AND o.external_userid = n.external_userid",
            friendship_id,
            giver.id,
            clock.now(),
        )
        await record(
            FriendMoved(
                actor=str(actor),
                customer_id=customer_id,
                store_id=taker.store_id,
                friendship_id=friendship_id,
                from_name=giver.name,
                staff_id=taker.id,
                staff_name=taker.name,
            )
        )


async def describe(actor: Actor, details: ContactDetails) -> int | None:
    """Store what WeCom answered about a friend: nickname, unionid, how each member was added. Returns the customer's
    id; None for somebody who was erased while WeCom answered, of whom nothing is stored.

    If the unionid shows that the mini program knows them as another customer, the two records are merged.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        names = [(IdentityKind.EXTERNAL_USERID, details.external_userid)]
        if details.unionid:
            names.append((IdentityKind.UNIONID, details.unionid))
        try:
            customer_id = await resolve(actor, names, Newcomer(Source.WECOM_ADD))
        except WasErased:
            return None
        await _note_nickname(customer_id, one_line(details.name)[:LONGEST_NAME].strip())
        for follower in details.followers:
            await take_notes(actor, customer_id, details.external_userid, follower, begun=details.begun)
        return customer_id


async def _note_nickname(customer_id: int, nickname: str) -> None:
    """Store the nickname beside the name on file. It is shown as the name only if nobody has entered one."""
    if nickname:
        await database.execute(
            "UPDATE customer SET nickname = $2, version = version + 1, "
            "  name = CASE WHEN name = $3 OR name = nickname THEN $2 ELSE name END "
            "WHERE id = $1 AND (nickname IS DISTINCT FROM $2 OR name = $3)",
            customer_id,
            nickname,
            PLACEHOLDER_NAME,
        )


async def is_friend(external_userid: str) -> bool:
    """Whether a member of staff has, or had, this person as a friend."""
    return bool(
        await database.fetch_value("SELECT EXISTS (SELECT FROM friendship WHERE external_userid = $1)", external_userid)
    )


async def note_chat(staff_id: int, customer_id: int, at: datetime) -> None:
    """Store that this member and their friend talked in WeCom at `at`, as the member says: WeCom tells nobody
    (decision 0045). Without a friendship there is nothing to store.
    """
    await database.execute(
        "UPDATE friendship SET last_chatted_at = greatest(last_chatted_at, $3) "
        "WHERE staff_id = $1 AND customer_id = $2 AND ended_at IS NULL",
        staff_id,
        customer_id,
        at,
    )


async def move_friends_of_double(event: MemberRenamed) -> None:
    """After two records of staff turned out to be one member: give them the friends and customers of the duplicate."""
    if event.double_id is None:
        return
    await database.execute(
        "UPDATE friendship d SET staff_id = $1 WHERE d.staff_id = $2 AND NOT EXISTS "
        "(SELECT FROM friendship f WHERE f.staff_id = $1 AND f.external_userid = d.external_userid)",
        event.staff_id,
        event.double_id,
    )
    for column in ("consultant_id", "advisor_id"):
        await database.execute(
            f"UPDATE customer SET {column} = $1, version = version + 1 WHERE {column} = $2",
            event.staff_id,
            event.double_id,
        )


async def _staff(userid: str) -> Staff:
    """The member of staff, including one who has left, since their friendships were real all the same.

    Raises:
        MemberUnknown: we have no such member.
    """
    staff = await Staff.get_or_none(userid=userid.lower())
    if staff is None:
        raise MemberUnknown(userid)
    return staff


async def give_owner(customer_id: int, staff: Staff, home_store_id: int | None) -> None:
    """Make this member the customer's consultant or advisor, and their store the home store, unless already set."""
    rows = await database.fetch("SELECT role FROM staff_role WHERE staff_id = $1", staff.id)
    roles = {Role(row["role"]) for row in rows}
    is_service = bool(roles & _SERVICE) and not roles & _SALES
    column = "advisor_id" if is_service else "consultant_id"
    await database.execute(
        f"UPDATE customer SET {column} = coalesce({column}, $2), home_store_id = coalesce(home_store_id, $3), "
        "version = version + 1 WHERE id = $1",
        customer_id,
        staff.id,
        home_store_id,
    )
