"""A transaction happens as a whole or not at all, and hooks after a commit run only after it."""

import asyncio

import pytest

from foundation import clock, database
from foundation.models import Tick
from foundation.web.idempotency import BadKey, KeyReused, once

pytestmark = pytest.mark.usefixtures("database")


async def _tick(name: str) -> None:
    await Tick.create(name=name, due_at=clock.now(), started_at=clock.now())


async def test_nested_blocks_commit_with_the_outermost_and_roll_back_with_it():
    with pytest.raises(ValueError, match="no"):
        await _outer_fails()
    assert await Tick.all().count() == 0
    async with database.transaction():
        await _tick("a")
        async with database.transaction():
            await _tick("b")
    assert await Tick.all().count() == 2


async def _outer_fails() -> None:
    async with database.transaction():
        async with database.transaction():
            await _tick("inner")
        raise ValueError("no")


async def test_what_follows_a_commit_runs_after_it_outside_and_not_after_a_rollback():
    seen: list[tuple[int, bool]] = []

    async def look() -> None:
        seen.append((await Tick.all().count(), database.in_a_transaction()))

    with pytest.raises(ValueError, match="no"):
        await _hook_and_fail(look)
    async with database.transaction():
        database.after_commit(look)
        await _tick("a")
        assert seen == []
    assert seen == [(1, False)]


async def _hook_and_fail(hook: object) -> None:
    async with database.transaction():
        database.after_commit(hook)  # type: ignore[arg-type]
        raise ValueError("no")


async def test_a_failing_hook_does_not_take_the_others_or_the_answer_with_it():
    ran: list[str] = []

    async def fail() -> None:
        raise RuntimeError("after the fact")

    async def work() -> None:
        ran.append("second")

    async with database.transaction():
        database.after_commit(fail)
        database.after_commit(work)
    assert ran == ["second"]


async def test_repeats_of_one_intent_at_once_have_one_effect_and_one_answer():
    async def run() -> tuple[int, bytes]:
        await _tick("once")
        return 201, str(await Tick.all().count()).encode()

    answers = await asyncio.gather(*(once("owner:1", "key-12345678", b"body", run) for _ in range(8)))
    assert set(answers) == {(201, b"1")}
    assert await Tick.all().count() == 1


async def test_a_failed_intent_may_be_tried_again_with_its_key():
    async def fail() -> tuple[int, bytes]:
        raise ValueError("not yet")

    async def work() -> tuple[int, bytes]:
        return 200, b"ok"

    with pytest.raises(ValueError, match="not yet"):
        await once("owner:1", "key-12345678", b"body", fail)
    assert await once("owner:1", "key-12345678", b"body", work) == (200, b"ok")


async def test_one_key_for_two_requests_is_refused_and_other_people_have_keys_of_their_own():
    async def work() -> tuple[int, bytes]:
        return 200, b"mine"

    async def other() -> tuple[int, bytes]:
        return 200, b"yours"

    await once("owner:1", "key-12345678", b"body", work)
    with pytest.raises(KeyReused):
        await once("owner:1", "key-12345678", b"another body", work)
    assert await once("owner:2", "key-12345678", b"body", other) == (200, b"yours")
    with pytest.raises(BadKey):
        await once("owner:1", "short", b"body", work)


async def test_what_was_asked_for_in_a_savepoint_that_failed_does_not_happen():
    ran: list[str] = []

    def noting(name: str):
        async def note() -> None:
            ran.append(name)

        return note

    async def part_fails() -> None:
        async with database.savepoint():
            database.before_commit(noting("before, undone"))
            database.after_commit(noting("after, undone"))
            raise ValueError("this part only")

    async with database.transaction():
        database.after_commit(noting("after"))
        database.before_commit(noting("before"))
        with pytest.raises(ValueError, match="this part only"):
            await part_fails()
        assert ran == []
    assert ran == ["before", "after"]


async def test_what_comes_last_in_a_transaction_is_part_of_it():
    async def fail() -> None:
        raise ValueError("the log is full")

    async def with_a_last_act_that_fails() -> None:
        async with database.transaction():
            database.before_commit(fail)
            await _tick("never")

    with pytest.raises(ValueError, match="the log is full"):
        await with_a_last_act_that_fails()
    assert await Tick.all().count() == 0


async def test_a_transaction_cancelled_at_any_moment_gives_its_connection_back():
    """Wherever it is: while it begins, works, waits for a savepoint, commits or rolls back."""
    moments = 0
    while not await _was_done_before(moments):
        moments += 1
        assert moments < 10_000
    assert moments > 5, "a moment of each kind was tried"
    await _all_connections_are_free()


async def _was_done_before(moment: int) -> bool:
    """Whether a transaction ends by itself before so many turns of the loop; else it is cancelled then."""

    async def work() -> None:
        async with database.transaction():
            await _tick("outer")
            async with database.savepoint():
                await database.fetch_value("SELECT count(*) FROM tick")
            raise ValueError("rolled back")

    task = asyncio.create_task(work())
    for _ in range(moment):
        await asyncio.sleep(0)
    is_done = task.done()
    task.cancel()
    await asyncio.wait([task])
    return is_done


async def test_a_task_that_outlives_its_cancelled_transaction_reads_as_before():
    held = asyncio.Event()

    async def hold() -> None:
        async with database.transaction():
            await database.advisory_lock("held")
            held.set()
            await asyncio.Event().wait()

    holder = asyncio.create_task(hold())
    await held.wait()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), database.transaction():
            await database.advisory_lock("held")
    assert await Tick.all().count() == 0
    assert await database.fetch_value("SELECT 1") == 1
    holder.cancel()
    await asyncio.wait([holder])
    await _all_connections_are_free()


async def _all_connections_are_free() -> None:
    """Take all connections of the pool; if a task had kept one, this would wait in vain."""
    pool = database.executor()
    taken = []
    try:
        async with asyncio.timeout(5):
            for _ in range(pool.get_max_size()):
                taken.append(await pool.acquire())
    finally:
        for connection in taken:
            await pool.release(connection)
