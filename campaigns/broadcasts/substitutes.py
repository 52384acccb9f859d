"""换人发: colleagues send to those of a task's people who are also their friends, in place of its member.

Whom to ask is written down at once, and stays owed while the task is open. A task that waits in 群发助手 is stopped
first, as a whole, and its results are read; only people whom it did not reach pass to the colleagues, each to the first
of those asked who is their friend, and the rest stand in a task of the same member again (`leaving_out`). So a
confirmation that comes first wins, and a task that cannot be stopped stays as it is.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from campaigns.broadcasts import moving, rows
from campaigns.broadcasts.adding import add_task, next_number
from campaigns.broadcasts.errors import NotTheirFriends, SendTaskNotFound
from campaigns.broadcasts.events import SendTaskPassed
from campaigns.broadcasts.models import OPEN_SEND_TASKS, Broadcast, RecipientState, SendTask, SendTaskState
from campaigns.broadcasts.rows import OF_TASK, TaskInHand, key_of
from campaigns.broadcasts.rules import OVER
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.mass_channels import DirectChannel, channel_of
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.rota import away
from crm_core.dealerships.rota.away import Away
from foundation import clock, database
from foundation.errors import IllegalMove
from foundation.events import record
from foundation.reading import derive, fetch_as, literals, read_model

_MOVABLE: Final = (RecipientState.QUEUED, RecipientState.TASKED)


@read_model
class _Reaching:
    """A colleague, and how many people of the task are also their friends."""

    staff_id: int
    name: str
    store: str
    people: int


@read_model
class PossibleSubstitute(_Reaching):
    """A colleague who could send to some of the people, and for how long they are away if they are."""

    away: str
    away_until: date | None


@read_model
class SubstitutePart:
    """What one chosen colleague would send to."""

    staff_id: int
    people: int


@read_model
class Division:
    """How the people of a task would be divided: those each chosen colleague takes, and the rest, who wait for the
    member. Each person is counted once.
    """

    staff: str
    people: int
    colleagues: list[PossibleSubstitute]
    parts: list[SubstitutePart]
    rest: int


async def division(actor: Actor, broadcast_id: int, send_task_id: int, chosen: Sequence[int] = ()) -> Division:
    """Who could send to the people of a task, and how many would go to whom if these were asked in this order.

    Raises:
        BroadcastNotFound, SendTaskNotFound.
        IllegalMove: the task is over or confirmed, or no member's.
    """
    async with database.transaction():
        broadcast = await moving.found(actor, broadcast_id, "campaigns.run")
        send_task = await _changeable(broadcast, send_task_id)
    people = await database.fetch_value(
        f"SELECT count(*) FROM broadcast_recipient r WHERE {OF_TASK} AND r.state IN ({literals(*_MOVABLE)})",
        *key_of(send_task),
    )
    reaching = await _reaching(send_task, broadcast.store_ids)
    absent = await away.away_on([one.staff_id for one in reaching], clock.today())
    parts = await _parts(send_task, chosen)
    return Division(
        staff=send_task.staff_name,
        people=people,
        colleagues=[_colleague(one, absent.get(one.staff_id)) for one in reaching],
        parts=parts,
        rest=people - sum(one.people for one in parts),
    )


def _colleague(one: _Reaching, gone: Away | None) -> PossibleSubstitute:
    return derive(PossibleSubstitute, one, away=gone.word if gone else "", away_until=gone.until if gone else None)


async def ask(actor: Actor, broadcast_id: int, send_task_id: int, staff_ids: Sequence[int]) -> None:
    """Have these colleagues send to those people of the task who are also their friends, the first named first.

    Raises:
        BroadcastNotFound, SendTaskNotFound.
        IllegalMove: the task is over or confirmed, or no member's.
        NotTheirFriends: somebody is no active colleague who has friends in it.
    """
    async with database.transaction():
        broadcast = await moving.found(actor, broadcast_id, "campaigns.run")
        send_task = await _changeable(broadcast, send_task_id)
        names = {one.staff_id: one.name for one in await _reaching(send_task, broadcast.store_ids)}
        if not staff_ids or not set(staff_ids) <= names.keys():
            raise NotTheirFriends
        for staff_id in dict.fromkeys(staff_ids):
            await database.execute(
                "INSERT INTO send_substitute (send_task_id, staff_id, asked_by_id, asked_at, people) "
                "VALUES ($1, $2, $3, $4, 0) ON CONFLICT (send_task_id, staff_id) DO UPDATE SET "
                "  asked_by_id = $3, asked_at = $4, ended_at = NULL WHERE send_substitute.ended_at IS NOT NULL",
                send_task_id,
                staff_id,
                actor.id,
                clock.now(),
            )
        await record(
            SendTaskPassed(
                actor=str(actor),
                broadcast_id=broadcast_id,
                broadcast_name=broadcast.name,
                member=send_task.staff_name,
                colleagues="、".join(names[staff_id] for staff_id in dict.fromkeys(staff_ids)),
            )
        )
        await UNFINISHED.hint([send_task_id])


async def are_asked(send_task_id: int) -> bool:
    """Whether colleagues are asked to send to people of the task who have not passed to them yet."""
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM send_substitute WHERE send_task_id = $1 AND ended_at IS NULL)", send_task_id
        )
    )


async def pass_on_pending(send_task_id: int) -> None:
    """Pass people of a task that was not made yet to the colleagues asked."""
    if not await are_asked(send_task_id):
        return
    async with database.transaction():
        send_task = await rows.locked(send_task_id)
        if send_task.state is not SendTaskState.PENDING or send_task.broadcast_state in OVER:
            return
        passed = await pass_on(send_task, RecipientState.QUEUED)
        await database.execute(
            "UPDATE send_task SET customers = greatest(1, customers - $2) WHERE id = $1", send_task_id, passed
        )


async def pass_on(send_task: TaskInHand, standing: RecipientState) -> int:
    """Put the people of a task in this state into tasks of the colleagues asked, in the running transaction; returns
    how many. The caller has locked the task, which the platform does not have (any more).
    """
    asked = await database.fetch(
        "SELECT id, staff_id FROM send_substitute WHERE send_task_id = $1 AND ended_at IS NULL ORDER BY id",
        send_task.id,
    )
    if not asked:
        return 0
    # Who numbers tasks of a colleague holds this lock, as a dispatch does.
    await database.advisory_lock("campaigns:contacts")
    channel, passed = channel_of(send_task.channel), 0
    for row in asked:
        number = await next_number(send_task.broadcast_id, row["staff_id"])
        moved = await database.fetch(
            f"""
            WITH asked AS (SELECT r.customer_id AS id FROM broadcast_recipient r WHERE {OF_TASK} AND r.state = $4),
            theirs AS ({channel.reached_sql("$5")})
            UPDATE broadcast_recipient r SET staff_id = $5, task_number = $6, address = t.address,
              state = {literals(RecipientState.QUEUED)}, contacted_on = NULL
            FROM theirs t WHERE t.customer_id = r.customer_id AND t.is_active AND {OF_TASK} AND r.state = $4
            RETURNING r.id
            """,
            *key_of(send_task),
            standing,
            row["staff_id"],
            number,
        )
        if moved:
            await add_task(send_task, row["staff_id"], number, len(moved))
        await database.execute(
            "UPDATE send_substitute SET ended_at = $2, people = people + $3 WHERE id = $1",
            row["id"],
            clock.now(),
            len(moved),
        )
        passed += len(moved)
    return passed


async def _changeable(broadcast: Broadcast, send_task_id: int) -> TaskInHand:
    if not await SendTask.exists(id=send_task_id, broadcast_id=broadcast.id):
        raise SendTaskNotFound
    send_task = await rows.locked(send_task_id)
    is_open = send_task.state in OPEN_SEND_TASKS and send_task.confirmed_at is None
    is_direct = isinstance(channel_of(send_task.channel), DirectChannel)
    if not is_open or is_direct or send_task.broadcast_state in OVER:
        raise IllegalMove(current_state=send_task.state.value)
    return send_task


async def _reaching(send_task: TaskInHand, store_ids: Sequence[int] | None) -> list[_Reaching]:
    """Colleagues in the broadcast's stores who reach somebody of the task, those who reach most first."""
    return await fetch_as(
        _Reaching,
        f"""
        WITH asked AS (
          SELECT r.customer_id AS id FROM broadcast_recipient r WHERE {OF_TASK} AND r.state IN ({literals(*_MOVABLE)})
        )
        SELECT mate.id AS staff_id, mate.name, coalesce(t.short_name, '') AS store, count(*) AS people
        FROM staff mate LEFT JOIN store t ON t.id = mate.store_id
        JOIN LATERAL ({channel_of(send_task.channel).reached_sql("mate.id")}) f ON f.is_active
        WHERE mate.is_active AND mate.id <> $2 AND ($4::bigint[] IS NULL OR mate.store_id = ANY($4))
        GROUP BY mate.id, t.short_name ORDER BY count(*) DESC, mate.id
        """,
        *key_of(send_task),
        None if store_ids is None else list(store_ids),
    )


async def _parts(send_task: TaskInHand, chosen: Sequence[int]) -> list[SubstitutePart]:
    """What each of these colleagues would get, as `pass_on` divides the people."""
    if not chosen:
        return []
    return await fetch_as(
        SubstitutePart,
        f"""
        WITH asked AS (
          SELECT r.customer_id AS id FROM broadcast_recipient r WHERE {OF_TASK} AND r.state IN ({literals(*_MOVABLE)})
        )
        SELECT d.staff_id, count(*) AS people FROM (
          SELECT DISTINCT ON (f.customer_id) f.customer_id, q.staff_id, q.place
          FROM unnest($4::bigint[]) WITH ORDINALITY AS q(staff_id, place)
          JOIN LATERAL ({channel_of(send_task.channel).reached_sql("q.staff_id")}) f ON f.is_active
          ORDER BY f.customer_id, q.place
        ) d GROUP BY d.staff_id, d.place ORDER BY d.place
        """,
        *key_of(send_task),
        list(chosen),
    )
