"""The corp's address book as WeCom's callbacks report it: who joined, who was renamed, who left.

`at` is the time which the platform gives for a report. Reports are repeated, come late and in any order: an older one
never undoes a newer one, and reading the member from WeCom (`read_member`) settles what a report left open. A member's
record is never deleted, because what they did stays recorded under their name. When a userid is given out again after
its holder left, it names another person and gets a new record.
"""

from datetime import datetime
from typing import Final

from crm_core.dealerships import audit, sessions
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.events import MemberJoined, MemberLeft, MemberRenamed
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.unread import Unread
from foundation import clock, database
from foundation.events import record
from foundation.reading import Query, read_model
from foundation.refs import Ref

READ_MEMBER: Final = "dealerships.read_member"
UNREAD: Final = Unread("member", job=READ_MEMBER, argument="userid")
_FOLLOW: Final = "staff.follow_directory"
_NAME_CHARS: Final = 20
_TITLE_CHARS: Final = 40
_USERID_CHARS: Final = 64


@read_model
class _Row:
    """A member's record, under its lock."""

    id: int
    userid: str
    name: str
    is_active: bool
    store_id: int | None
    directory_at: datetime | None
    closed_at: datetime | None


_LOCKED: Final = Query(
    _Row,
    "SELECT id, userid, name, is_active, store_id, directory_at, closed_at FROM staff WHERE userid = $1 FOR UPDATE",
)
_BY_ID: Final = Query(
    _Row, "SELECT id, userid, name, is_active, store_id, directory_at, closed_at FROM staff WHERE id = $1 FOR UPDATE"
)


async def join(actor: Actor, userid: str, *, name: str = "", at: datetime) -> None:
    """Record that a member was added. They work in no store and have no role until somebody assigns them one."""
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        row = await _locked(userid)
        if row is None or not (row.is_active or _is_stale(row, at)):
            if row is not None:
                await _set_aside(row)
            await _create(actor, userid, name=name, at=at)
        await ask_about(userid)


async def rename(actor: Actor, userid: str, new_userid: str, *, at: datetime) -> None:
    """Rename the account of a member from `userid` to `new_userid`; they keep their roles, customers and sessions."""
    old, new = userid.lower(), new_userid.lower()
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        rows = {name: await _locked(name) for name in sorted({old, new})}
        row, double = rows[old], rows[new]
        if row is None:
            if double is None:
                await _create(actor, new, at=at)
        elif old != new:
            is_bare = double is not None and not await _has_role(double.id)
            if double is not None:
                await _set_aside(double)
            await database.execute(
                "UPDATE staff SET userid = $2, directory_at = greatest(directory_at, $3) WHERE id = $1",
                row.id,
                new,
                at,
            )
            await record(
                MemberRenamed(
                    actor=str(actor),
                    store_id=row.store_id,
                    staff_id=row.id,
                    userid=new,
                    staff_name=row.name,
                    former_userid=old,
                    double_id=double.id if double is not None and is_bare else None,
                )
            )
        await ask_about(new)


async def leave(actor: Actor, userid: str, *, at: datetime | None = None) -> bool:
    """Record that a member left or was disabled, and end their sessions; False if no active member has this userid.

    Without `at`, the platform was asked and has just answered so. If `at` is not later than the newest report about
    the member, they may be back already, so the platform is asked.
    """
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        row = await _locked(userid)
        if row is None or not row.is_active:
            return False
        if at is not None and row.directory_at is not None and at <= row.directory_at:
            await ask_about(userid)
            return False
        await _end(actor, row, at)
        return True


async def end_account(actor: Actor, staff_id: int) -> None:
    """End a member's account here, whatever WeCom says of them: signed out at once, and not let in again by a report.

    The caller has authorised it. Somebody who comes back is let in by `crm_core.dealerships.roles`.
    """
    row = await _BY_ID.first(staff_id)
    if row is None or not row.is_active:
        return
    await database.execute("UPDATE staff SET is_active = false, closed_at = $2 WHERE id = $1", row.id, clock.now())
    await _end(actor, row, clock.now())


async def take_name(actor: Actor, staff_id: int, name: str, *, is_another_person: bool) -> None:
    """The address book has another name for a userid: the same person is called so now, or the userid was given to
    another person, who gets a record of their own without any role. The caller has authorised it.
    """
    row = await _BY_ID.first(staff_id)
    if row is None:
        return
    if is_another_person:
        await _set_aside(row)
        await _create(actor, row.userid, name=name)
        return
    await database.execute("UPDATE staff SET name = $2 WHERE id = $1", row.id, name[:_NAME_CHARS])


async def enter(actor: Actor, userid: str, *, name: str, title: str) -> int:
    """The id of the record of a member of the address book, made if there is none. The caller has authorised it."""
    row = await _locked(userid)
    if row is None:
        await _create(actor, userid, name=name, title=title)
        row = await _locked(userid)
    assert row is not None
    return row.id


async def is_at_work(actor: Actor, userid: str, *, at: datetime) -> None:
    """Note a report that a member was edited and works here, and have WeCom asked for their particulars."""
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        await database.execute(
            "UPDATE staff SET directory_at = greatest(directory_at, $2) WHERE userid = $1", userid.lower(), at
        )
        await ask_about(userid)


async def was_at_work(userid: str) -> bool | None:
    """Whether a member works here according to our records; None if they are unknown.

    Call it before WeCom is asked: `take_over` needs the answer.
    """
    at_work: bool | None = await database.fetch_value("SELECT is_active FROM staff WHERE userid = $1", userid.lower())
    return at_work


async def take_over(actor: Actor, userid: str, *, name: str, title: str, is_at_work: bool, before: bool | None) -> None:
    """Apply WeCom's answer about a member: create, correct, reactivate or deactivate their record.

    `before` is what `was_at_work` returned before WeCom was asked. It prevents the answer from reactivating a member
    who left while the question was under way.
    """
    async with database.transaction():
        authorise(actor, _FOLLOW, subject())
        row = await _locked(userid)
        if not is_at_work:
            if row is not None and row.is_active:
                await _end(actor, row, None)
            return
        if row is not None and not row.is_active:
            if before is not False or row.closed_at is not None:
                return
            if name and row.name != name[:_NAME_CHARS]:
                await _set_aside(row)
                row = None
        if row is None:
            await _create(actor, userid, name=name, title=title)
            return
        await database.execute(
            "UPDATE staff SET name = coalesce(nullif($2, ''), name), title = coalesce(nullif($3, ''), title), "
            "  is_active = true WHERE id = $1",
            row.id,
            name[:_NAME_CHARS],
            title[:_TITLE_CHARS],
        )
        if not row.is_active:
            await _record_joined(actor, row.id, userid.lower(), row.name, row.store_id)


async def ask_about(userid: str) -> None:
    """Have WeCom asked about a member, as part of the running transaction; it is asked until it answers."""
    await UNREAD.expect(userid.lower()[:_USERID_CHARS])


async def _create(actor: Actor, userid: str, *, name: str = "", title: str = "", at: datetime | None = None) -> None:
    """Create a member's record; the userid serves as the name until the name is known."""
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
        "UPDATE staff SET is_active = false, directory_at = greatest(directory_at, $2) WHERE id = $1", row.id, at
    )
    await sessions.end_all("staff", row.id)
    await record(
        MemberLeft(
            actor=str(actor),
            store_id=row.store_id,
            staff_id=row.id,
            userid=row.userid,
            staff_name=row.name,
        )
    )
    await audit.note(actor, "staff.left", Ref("staff", row.id))


async def _set_aside(row: _Row) -> None:
    """Free a userid that now names somebody else. The record of its former holder stays, under a userid nobody uses."""
    mark = f"~{row.id}"
    await sessions.end_all("staff", row.id)
    await database.execute(
        "UPDATE staff SET is_active = false, userid = $2 WHERE id = $1",
        row.id,
        row.userid[: _USERID_CHARS - len(mark)] + mark,
    )


async def _locked(userid: str) -> _Row | None:
    """The record of a userid, locked until the transaction ends; if there is none, nobody else can create it till
    then.
    """
    await database.advisory_lock(f"staff:{userid.lower()}")
    return await _LOCKED.first(userid.lower())


async def _has_role(staff_id: int) -> bool:
    return bool(await database.fetch_value("SELECT EXISTS (SELECT FROM staff_role WHERE staff_id = $1)", staff_id))


def _is_stale(row: _Row, at: datetime) -> bool:
    return row.directory_at is not None and at < row.directory_at
