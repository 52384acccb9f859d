"""A verb that lost a deadlock runs again, in one place, and only while it has had no lasting effect."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from sanic import Request, Sanic

from app.embedded.ports import free_port
from foundation import attempts, clock, database, jobs
from foundation.errors import Contended
from foundation.models import Tick
from foundation.web import Api, Schema
from tests.fixtures.platforms import serving

pytestmark = pytest.mark.usefixtures("database")

Verb = Callable[[], Awaitable[int]]


class Circle:
    """Two rows and a pair of verbs that lock them in opposite orders, both certain to hold their first before the
    second: PostgreSQL has to end one of them. Whoever comes again finds the way free."""

    def __init__(self) -> None:
        self.runs = 0
        self._met = asyncio.Barrier(2)

    async def prepare(self) -> None:
        """Both rows."""
        for name in ("a", "b"):
            await Tick.create(name=name, due_at=clock.now(), started_at=clock.now())

    def verb(self, first: str, second: str, before: Callable[[], Awaitable[None]] | None = None) -> Verb:
        """Counts both rows up by a minute in one transaction; `before` runs ahead of it."""

        async def run() -> int:
            self.runs += 1
            if before is not None:
                await before()
            async with database.transaction():
                await self._move(first)
                if self.runs <= 2:
                    await self._met.wait()
                await self._move(second)
            return self.runs

        return run

    async def _move(self, name: str) -> None:
        await database.execute("UPDATE tick SET due_at = due_at + interval '1 minute' WHERE name = $1", name)


@pytest.fixture
async def circle(database: None) -> Circle:
    circle = Circle()
    await circle.prepare()
    return circle


async def _moved() -> set[timedelta]:
    return {row.due_at - row.started_at for row in await Tick.all()}


async def test_the_loser_of_a_deadlock_runs_again_and_both_have_their_effect_once(circle: Circle) -> None:
    await asyncio.gather(attempts.repeat(circle.verb("a", "b")), attempts.repeat(circle.verb("b", "a")))
    assert circle.runs >= 3, (
        "on a busy machine the loser may be back before the winner wakes, and one of them loses again"
    )
    (moved,) = {round(one.total_seconds()) for one in await _moved()}
    assert moved == 120


async def test_the_rest_of_a_verb_runs_again_though_its_platform_was_asked(circle: Circle) -> None:
    asked: list[str] = []

    def sign_in(first: str, second: str) -> Verb:
        async def run() -> int:
            asked.append(first)
            attempts.has_happened("asked the platform")
            return await attempts.repeat_rest(circle.verb(first, second))

        return run

    await asyncio.gather(attempts.repeat(sign_in("a", "b")), attempts.repeat(sign_in("b", "a")))
    assert sorted(asked) == ["a", "b"], "a code is good once: nobody asks twice"
    assert circle.runs >= 3
    (moved,) = {round(one.total_seconds()) for one in await _moved()}
    assert moved == 120


async def test_a_verb_of_which_something_has_happened_is_not_run_again(circle: Circle) -> None:
    async def commit_something() -> None:
        async with database.transaction():
            await database.execute("SELECT 1")

    results = await asyncio.gather(
        attempts.repeat(circle.verb("a", "b", commit_something)),
        attempts.repeat(circle.verb("b", "a", commit_something)),
        return_exceptions=True,
    )
    assert circle.runs == 2
    assert [type(result) for result in results if isinstance(result, BaseException)] == [Contended]


async def test_a_job_that_loses_a_deadlock_runs_again_without_a_pause(circle: Circle) -> None:
    def definition(name: str, verb: Verb) -> jobs.JobDefinition:
        async def body() -> None:
            await verb()

        return jobs.JobDefinition(name, body, 0, 1)

    await asyncio.gather(
        jobs.run_one(definition("t.ab", circle.verb("a", "b")), {}, 0),
        jobs.run_one(definition("t.ba", circle.verb("b", "a")), {}, 0),
    )
    assert circle.runs >= 3
    (moved,) = {round(one.total_seconds()) for one in await _moved()}
    assert moved == 120


class _Runs(Schema):
    runs: int


async def test_a_door_answers_both_sides_of_a_deadlock_and_keeps_their_keys(circle: Circle) -> None:
    async def who(request: Request) -> str:
        return "owner:1"

    api = Api("probe", prefix="/probe", authenticate=who)
    verbs = {"ab": circle.verb("a", "b"), "ba": circle.verb("b", "a")}

    @api.post("/{name}", status=201)
    async def act(actor: object, name: str) -> _Runs:
        return _Runs(runs=await verbs[name]())

    app = Sanic("probe", configure_logging=False)
    app.config.TOUCHUP = False
    app.blueprint(api.blueprint)
    port = free_port()
    try:
        async with serving(app, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/probe") as client:
            keys = {name: {"idempotency-key": f"intent-of-{name}"} for name in verbs}
            answers = await asyncio.gather(*(client.post(f"/{name}", headers=keys[name]) for name in verbs))
            assert [answer.status_code for answer in answers] == [201, 201]
            again = await client.post("/ab", headers=keys["ab"])
    finally:
        Api.registry[:] = [endpoint for endpoint in Api.registry if endpoint.api != "probe"]
    assert circle.runs == 3
    assert again.json() in [answer.json() for answer in answers]
    assert await database.fetch_value("SELECT count(*) FROM idempotent_answer WHERE status = 201") == 2
