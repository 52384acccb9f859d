"""The corp's address book as WeCom tells it: who joined, who is called otherwise, who left.

`at` is the instant the platform gives the word. Words repeat, come late and in any order: an older one never undoes a
newer one, and reading the member (`read_member`) settles what a word left open. A record is never deleted, since what
a person did stays theirs; a userid that is given out again after its holder left names another person.
"""

from datetime import datetime
from typing import Any, Final

from crm_core.dealerships import audit, sessions
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.events import MemberJoined, MemberLeft, MemberRenamed
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.unread import Unread
from foundation import database
from foundation.events import record
from foundation.refs import Ref

READ_MEMBER: Final = "dealerships.read_member"
UNREAD: Final = Unread("member", job=READ_MEMBER, argument="userid")
_FOLLOW: Final = "staff.follow_directory"
_NAME_CHARS: Final = 20
_TITLE_CHARS: Final = 40
_USERID_CHARS: Final = 64

_Row = dict[str, Any]


async def join(actor: Actor, userid: str, *, name: str = "", at: datetime) -> None:
    """A member was added. They work in no store and hold no role until somebody says so."""
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        row = await _locked(userid)
        if row is None or not (row["is_active"] or _is_stale(row, at)):
            if row is not None:
                await _set_aside(row)
            await _create(actor, userid, name=name, at=at)
        await ask_about(userid)


async def rename(actor: Actor, userid: str, new_userid: str, *, at: datetime) -> None:
    """The person called `userid` is called `new_userid` from now on: roles, customers and sessions stay theirs."""
    old, new = userid.lower(), new_userid.lower()
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        rows = {name: await _locked(name) for name in sorted({old, new})}
        row, double = rows[old], rows[new]
        if row is None:
            if double is None:
                await _create(actor, new, at=at)
        elif old != new:
            is_bare = double is not None and not await _has_role(double["id"])
            if double is not None:
                await _set_aside(double)
            await database.execute(
                "UPDATE staff SET userid = $2, directory_at = greatest(directory_at, $3) WHERE id = $1",
                row["id"],
                new,
                at,
            )
            await record(
                MemberRenamed(
                    actor=str(actor),
                    store_id=row["store_id"],
                    staff_id=row["id"],
                    userid=new,
                    staff_name=row["name"],
                    former_userid=old,
                    double_id=double["id"] if double is not None and is_bare else None,
                )
            )
        await ask_about(new)


async def leave(actor: Actor, userid: str, *, at: datetime | None = None) -> bool:
    """A member left or was disabled; False when there is nobody to leave. Their sessions end with the commit.

    Without `at` the platform was asked and says so now. An end no later than the newest word may be over: then the
    platform is asked.
    """
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        row = await _locked(userid)
        if row is None or not row["is_active"]:
            return False
        if at is not None and row["directory_at"] is not None and at <= row["directory_at"]:
            await ask_about(userid)
            return False
        await _end(actor, row, at)
        return True


async def is_at_work(actor: Actor, userid: str, *, at: datetime) -> None:
    """A member was edited and works here: the newest word about them, whose particulars WeCom is asked for."""
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        await database.execute(
            "UPDATE staff SET directory_at = greatest(directory_at, $2) WHERE userid = $1", userid.lower(), at
        )
        await ask_about(userid)


async def was_at_work(userid: str) -> bool | None:
    """Whether a member works here by our records; None for one we do not know. Ask before WeCom is asked."""
    at_work: bool | None = await database.fetch_value("SELECT is_active FROM staff WHERE userid = $1", userid.lower())
    return at_work


async def take_over(actor: Actor, userid: str, *, name: str, title: str, is_at_work: bool, before: bool | None) -> None:
    """What WeCom answered about a member: creates, corrects, brings back or ends.

    `before` is what `was_at_work` said before the question: who left while it was under way is not brought back by it.
    """
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        row = await _locked(userid)
        if not is_at_work:
            if row is not None and row["is_active"]:
                await _end(actor, row, None)
            return
        if row is not None and not row["is_active"]:
            if before is not False:
                return
            if name and row["name"] != name[:_NAME_CHARS]:
                await _set_aside(row)
                row = None
        if row is None:
            await _create(actor, userid, name=name, title=title)
            return
        await database.execute(
            "UPDATE staff SET name = coalesce(nullif($2, ''), name), title = coalesce(nullif($3, ''), title), "
            "  is_active = true WHERE id = $1",
            row["id"],
            name[:_NAME_CHARS],
            title[:_TITLE_CHARS],
        )
        if not row["is_active"]:
            await _record_joined(actor, row["id"], userid.lower(), row["name"], row["store_id"])


async def ask_about(userid: str) -> None:
    """In the running transaction: have WeCom asked about a member, for as long as it does not answer."""
    await UNREAD.expect(userid.lower()[:_USERID_CHARS])


async def _create(actor: Actor, userid: str, *, name: str = "", title: str = "", at: datetime | None = None) -> None:
    """Until the name is known the userid stands for it."""
    kept_name = (name or userid)[:_NAME_CHARS]
    staff_id = await database.fetch_value(
        "INSERT INTO staff (userid, name, title, skills, is_active, directory_at, service_phone) "
        "VALUES ($1, $2, $3, '[]', true, $4, '') RETURNING id",
        userid.lower(),
        kept_name,
        title[:_TITLE_CHARS],
        at,
    )
    await _record_joined(actor, staff_id, userid.lower(), kept_name, None)


async def _record_joined(actor: Actor, staff_id: int, userid: str, name: str, store_id: int | None) -> None:
    await record(MemberJoined(actor=str(actor), store_id=store_id, staff_id=staff_id, userid=userid, staff_name=name))


async def _end(actor: Actor, row: _Row, at: datetime | None) -> None:
    await database.execute(
        "UPDATE staff SET is_active = false, directory_at = greatest(directory_at, $2) WHERE id = $1", row["id"], at
    )
    await sessions.end_all("staff", row["id"])
    await record(
        MemberLeft(
            actor=str(actor),
            store_id=row["store_id"],
            staff_id=row["id"],
            userid=row["userid"],
            staff_name=row["name"],
        )
    )
    await audit.note(actor, "staff.left", Ref("staff", row["id"]))


async def _set_aside(row: _Row) -> None:
    """Free a userid that names somebody else now; its former holder's record stays, without an account."""
    mark = f"~{row['id']}"
    await sessions.end_all("staff", row["id"])
    await database.execute(
        "UPDATE staff SET is_active = false, userid = $2 WHERE id = $1",
        row["id"],
        row["userid"][: _USERID_CHARS - len(mark)] + mark,
    )


async def _locked(userid: str) -> _Row | None:
    """The record of a userid, and the right to make one, until the transaction ends."""
    await database.advisory_lock(f"staff:{userid.lower()}")
    return await database.fetch_one("SELECT * FROM staff WHERE userid = $1 FOR UPDATE", userid.lower())


async def _has_role(staff_id: int) -> bool:
    return bool(await database.fetch_value("SELECT EXISTS (SELECT FROM staff_role WHERE staff_id = $1)", staff_id))


def _is_stale(row: _Row, at: datetime) -> bool:
    return row["directory_at"] is not None and at < row["directory_at"]
