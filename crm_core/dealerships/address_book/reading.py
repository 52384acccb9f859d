"""Reading the whole book: the tree, the tags, then department by department, each in a transaction with its place.

A worker killed in the middle reads its department again. Whoever the whole reading did not meet is marked as not there
and asked about by name: WeCom alone knows whether they left or are merely outside what the app may see.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import orjson
from tortoise.exceptions import IntegrityError

from crm_core.dealerships import directory
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.address_book.models import DirectoryPull, PullState
from crm_core.dealerships.permissions import authorise
from crm_core.dealerships.platform import wecom
from crm_core.dealerships.stores import whole_group
from foundation import clock, database
from foundation.owed import Debt
from foundation.reading import literals
from integrations.wecom.directory import DEPARTMENT_GONE, Department, Directory, Member, Tag
from integrations.wecom.errors import WeComError

READ_BOOK: Final = "dealerships.read_address_book"
OWED: Final = Debt(
    "directory_pull",
    open_when=f"state = {literals(PullState.RUNNING)}",
    since="started_at",
    job=READ_BOOK,
    argument="pull_id",
)
BREATH: Final = timedelta(minutes=2)
_ACTOR: Final = system("wecom-directory")


async def begin(actor: Actor) -> int:
    """Have the whole book read; returns the id of the reading, which may have been under way already."""
    async with database.transaction():
        authorise(actor, "staff.manage", await whole_group())
        running = await DirectoryPull.get_or_none(state=PullState.RUNNING)
        if running is None:
            try:
                async with database.savepoint():
                    running = await DirectoryPull.create(
                        state=PullState.RUNNING,
                        by_id=actor.id if actor.kind == "staff" else None,
                        started_at=clock.now(),
                    )
            except IntegrityError:
                running = await DirectoryPull.get(state=PullState.RUNNING)
        await OWED.hint([running.id])
        return int(running.id)


async def go_on(pull_id: int) -> None:
    """Read what is left of the book."""
    calls = (await wecom()).directory
    pull = await DirectoryPull.get(id=pull_id)
    if pull.state is not PullState.RUNNING:
        return
    if pull.todo is None:
        await _take_tree(pull, await calls.departments(), await calls.tags())
        await pull.refresh_from_db()
    while pull.todo:
        await _take_department(pull, pull.todo[0], await _members_of(calls, pull.todo[0]))
        await pull.refresh_from_db()
    await _finish(pull)


async def _members_of(calls: Directory, department_id: int) -> Sequence[Member]:
    """Nobody of a department that was deleted since the tree was read: who was in it is met in another one, or asked
    about by name.
    """
    try:
        return await calls.members_of(department_id)
    except WeComError as error:
        if error.errcode not in DEPARTMENT_GONE:
            raise
        return ()


async def _take_tree(pull: DirectoryPull, departments: Sequence[Department], tags: Sequence[Tag]) -> None:
    async with database.transaction():
        await database.execute_many(
            "INSERT INTO directory_department (id, name, parent_id, pull_id) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (id) DO UPDATE SET name = CASE WHEN $2 = '' THEN directory_department.name ELSE $2 END, "
            "  parent_id = $3, pull_id = $4",
            [(each.id, each.name[:64], each.parent_id, pull.id) for each in departments],
        )
        await database.execute("DELETE FROM directory_department WHERE pull_id <> $1", pull.id)
        await database.execute("DELETE FROM directory_tag WHERE id <> ALL($1)", [tag.id for tag in tags])
        await database.execute_many(
            "INSERT INTO directory_tag (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = $2",
            [(tag.id, tag.name[:64]) for tag in tags],
        )
        # Whoever lost their last tag must not keep it.
        await database.execute("UPDATE directory_member SET tags = '[]' WHERE tags <> '[]'")
        await database.execute_many(
            "INSERT INTO directory_member (userid, name, position, departments, tags, is_there, pull_id, read_at) "
            "VALUES ($1, '', '', '[]', to_jsonb(ARRAY[$2::bigint]), false, NULL, $3) "
            "ON CONFLICT (userid) DO UPDATE SET tags = directory_member.tags || to_jsonb($2::bigint)",
            [(userid, tag.id, clock.now()) for tag in tags for userid in sorted(tag.user_ids)],
        )
        await database.execute(
            "UPDATE directory_pull SET todo = $2, departments = $3 WHERE id = $1 AND todo IS NULL",
            pull.id,
            orjson.dumps(sorted(each.id for each in departments)).decode(),
            len(departments),
        )


async def _take_department(pull: DirectoryPull, department_id: int, members: Sequence[Member]) -> None:
    async with database.transaction():
        held = await DirectoryPull.select_for_update().get(id=pull.id)
        if not held.todo or held.todo[0] != department_id:
            return  # Another worker has read it meanwhile.
        for member in members:
            await keep(member, pull_id=pull.id)
            if member.is_at_work and await directory.was_at_work(member.user_id) is None:
                await directory.take_over(
                    _ACTOR,
                    member.user_id,
                    name=member.name,
                    title=member.position,
                    is_at_work=True,
                    before=None,
                )
        held.todo = held.todo[1:]
        held.members += len(members)
        held.next_try_at = clock.now() + BREATH
        await held.save(update_fields=["todo", "members", "next_try_at"])


async def keep(member: Member, *, pull_id: int | None = None) -> None:
    """Keep what was read of a member. A position or departments that were not told stay as they are known."""
    await database.execute(
        "INSERT INTO directory_member (userid, name, position, departments, tags, is_there, pull_id, read_at) "
        "VALUES ($1, $2, $3, $4, '[]', $5, $6, $7) ON CONFLICT (userid) DO UPDATE SET "
        "  name = coalesce(nullif($2, ''), directory_member.name), "
        "  position = coalesce(nullif($3, ''), directory_member.position), "
        "  departments = CASE WHEN $4::jsonb = '[]' THEN directory_member.departments ELSE $4::jsonb END, "
        "  is_there = $5, pull_id = coalesce($6, directory_member.pull_id), read_at = $7",
        member.user_id.lower()[:64],
        member.name[:40],
        member.position[:64],
        orjson.dumps(sorted(member.departments)).decode(),
        member.is_at_work,
        pull_id,
        clock.now(),
    )


async def gone(userid: str) -> None:
    """Keep that WeCom knows a member no more."""
    await database.execute(
        "UPDATE directory_member SET is_there = false, read_at = $2 WHERE userid = $1", userid.lower(), clock.now()
    )


async def _finish(pull: DirectoryPull) -> None:
    async with database.transaction():
        held = await DirectoryPull.select_for_update().get(id=pull.id)
        if held.state is not PullState.RUNNING or held.todo != []:
            return
        await database.execute(
            "UPDATE directory_member SET is_there = false WHERE pull_id IS DISTINCT FROM $1 AND read_at < $2",
            held.id,
            held.started_at,
        )
        missed = await database.fetch(
            "SELECT m.userid FROM directory_member m JOIN staff s ON s.userid = m.userid "
            "WHERE NOT m.is_there AND m.pull_id IS DISTINCT FROM $1 AND s.is_active ORDER BY m.userid",
            held.id,
        )
        for row in missed:
            await directory.ask_about(row["userid"])
        held.state, held.ended_at, held.next_try_at = PullState.DONE, clock.now(), None
        await held.save(update_fields=["state", "ended_at", "next_try_at"])
