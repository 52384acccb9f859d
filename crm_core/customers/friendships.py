"""WeCom friendships from callbacks, which may arrive in any order and more than once.

`at` is the instant that the platform gives for the event. The newest adding is compared with the newest ending, so that
repeated and late callbacks lead to the same result in any order. A half add (the customer added us without
verification) and the full one are the same friendship.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from crm_core.customers.errors import MemberUnknown
from crm_core.customers.events import FriendAdded, FriendLost
from crm_core.customers.identities import Newcomer, resolve, touch
from crm_core.customers.merging_rules import PLACEHOLDER_NAME
from crm_core.customers.models import IdentityKind, Source
from crm_core.customers.notes import Follower, take_notes
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.events import MemberRenamed
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.permissions import authorise, subject
from foundation import database
from foundation.events import record
from foundation.reading import Query, read_model
from foundation.text import one_line

LONGEST_NAME = 50
"""Characters of the columns."""
_SALES = frozenset({Role.SC, Role.SM, Role.DCC})
_SERVICE = frozenset({Role.SA, Role.SVM})


@read_model
class _Friendship:
    """The row of a member of staff and a friend, locked."""

    id: int
    since: datetime
    last_added_at: datetime | None
    ended_at: datetime | None
    last_ended_at: datetime | None


_FRIENDSHIP: Final = Query(
    _Friendship,
    "SELECT id, since, last_added_at, ended_at, last_ended_at FROM friendship "
    "WHERE staff_id = $1 AND external_userid = $2 FOR UPDATE",
)


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
) -> Befriended:
    """A member of staff and a customer are friends since `at`. Creates the customer when they are unknown.

    `store_id` is the store the scanned code stands for; without one it is the staff member's own.

    Raises:
        MemberUnknown: WeCom names a member we do not have.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        staff = await _staff(userid)
        home_store_id = store_id or staff.store_id
        names = [(IdentityKind.EXTERNAL_USERID, external_userid)]
        customer_id = await resolve(actor, names, Newcomer(source, home_store_id=home_store_id))
        friendship_id, is_new, is_back = await _open(customer_id, staff.id, external_userid, at, state, add_way)
        if is_new:
            await touch(customer_id, source, source_detail)
            await _give_owner(customer_id, staff, home_store_id)
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
    """One side ended the friendship at `at`. False for an ending that is known, or older than the last adding.

    An ending that arrives before its adding is stored too, so that the late adding cannot revive the friendship.

    Raises:
        MemberUnknown: WeCom names a member we do not have.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        staff = await _staff(userid)
        names = [(IdentityKind.EXTERNAL_USERID, external_userid)]
        customer_id = await resolve(actor, names, Newcomer(Source.WECOM_ADD, home_store_id=staff.store_id))
        ended = await _close(customer_id, staff.id, external_userid, at, by)
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


async def describe(actor: Actor, details: ContactDetails) -> int:
    """Store what WeCom answered about a friend: nickname, unionid, how each member was added. Returns the customer's
    id.

    If the unionid shows that the mini program knows them as another customer, the two records are merged.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        names = [(IdentityKind.EXTERNAL_USERID, details.external_userid)]
        if details.unionid:
            names.append((IdentityKind.UNIONID, details.unionid))
        customer_id = await resolve(actor, names, Newcomer(Source.WECOM_ADD))
        await _note_nickname(customer_id, one_line(details.name)[:LONGEST_NAME].strip())
        for follower in details.followers:
            await take_notes(actor, customer_id, details.external_userid, follower)
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


async def note_chat(staff_id: int, external_userid: str, at: datetime) -> None:
    """Store that they chatted at `at`, since a mass message is sent by the member who chatted last (WeCom doc
    92135).
    """
    await database.execute(
        "UPDATE friendship SET last_chatted_at = greatest(last_chatted_at, $3) "
        "WHERE staff_id = $1 AND external_userid = $2",
        staff_id,
        external_userid,
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


async def _open(
    customer_id: int, staff_id: int, external_userid: str, at: datetime, state: str, add_way: int
) -> tuple[int, bool, bool]:
    """Open a friendship; the caller holds the lock of the identity.

    Returns its id, whether this call created or renewed it, and whether it had ended before.
    """
    row = await _locked(staff_id, external_userid)
    if row is None:
        friendship_id = await database.fetch_value(
            "INSERT INTO friendship "
            "  (customer_id, staff_id, external_userid, add_way, state, since, last_added_at, ended_by) "
            "VALUES ($1, $2, $3, $4, $5, $6, $6, '') RETURNING id",
            customer_id,
            staff_id,
            external_userid,
            add_way,
            state,
            at,
        )
        return friendship_id, True, False
    if row.ended_at is not None and at > row.ended_at:
        await database.execute(
            "UPDATE friendship SET ended_at = NULL, ended_by = '', since = $2, last_added_at = $2, state = $3, "
            "  add_way = $4 WHERE id = $1",
            row.id,
            at,
            state,
            add_way,
        )
        return row.id, True, True
    # An adding that is older than the last ending belongs to an earlier friendship.
    await database.execute(
        "UPDATE friendship SET last_added_at = greatest(last_added_at, $2), "
        "  since = CASE WHEN last_ended_at IS NULL OR last_ended_at < $2 THEN least(since, $2) ELSE since END, "
        "  state = CASE WHEN state = '' THEN $3 ELSE state END "
        "WHERE id = $1",
        row.id,
        at,
        state,
    )
    return row.id, False, False


async def _close(customer_id: int, staff_id: int, external_userid: str, at: datetime, by: str) -> int | None:
    """Close a friendship. Returns its id if this call ended it; None for an ending that is outdated or known."""
    row = await _locked(staff_id, external_userid)
    if row is None:
        friendship_id = await database.fetch_value(
            "INSERT INTO friendship (customer_id, staff_id, external_userid, add_way, state, since, ended_at, "
            "  last_ended_at, ended_by) VALUES ($1, $2, $3, 0, '', $4, $4, $4, $5) RETURNING id",
            customer_id,
            staff_id,
            external_userid,
            at,
            by,
        )
        return int(friendship_id)
    last_added_at = row.last_added_at or row.since
    if row.ended_at is None and last_added_at <= at:
        await database.execute(
            "UPDATE friendship SET ended_at = $2, last_ended_at = $2, ended_by = $3 WHERE id = $1", row.id, at, by
        )
        return row.id
    if row.ended_at is None and (row.last_ended_at is None or row.last_ended_at < at):
        # They were added again since, so this ending closed the earlier friendship.
        await database.execute(
            "UPDATE friendship SET last_ended_at = $2, since = CASE WHEN since <= $2 THEN $3 ELSE since END "
            "WHERE id = $1",
            row.id,
            at,
            last_added_at,
        )
    return None


async def _locked(staff_id: int, external_userid: str) -> _Friendship | None:
    return await _FRIENDSHIP.first(staff_id, external_userid)


async def _give_owner(customer_id: int, staff: Staff, home_store_id: int | None) -> None:
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
