"""A POST sent twice under one key has one effect and one answer."""

import asyncio

import pytest

from foundation import database
from foundation.web.idempotency import Answer, BadKey, KeyReused, once

pytestmark = pytest.mark.usefixtures("database")
KEY = "booking-0001"


class Door:
    """Counts what really happened."""

    def __init__(self) -> None:
        self.effects = 0

    async def run(self) -> Answer:
        self.effects += 1
        return 201, f'{{"id":{self.effects}}}'.encode()

    async def fail(self) -> Answer:
        self.effects += 1
        raise ValueError("no slot")


async def test_the_second_request_gets_the_first_answer():
    door = Door()
    answers = [await once("owner:1", KEY, b"{}", door.run) for _ in range(3)]
    assert answers == [(201, b'{"id":1}')] * 3
    assert door.effects == 1


async def test_two_at_once_wait_for_each_other():
    door = Door()
    answers = await asyncio.gather(*(once("owner:1", KEY, b"{}", door.run) for _ in range(8)))
    assert (set(answers), door.effects) == ({(201, b'{"id":1}')}, 1)


async def test_keys_of_two_people_are_two_keys():
    door = Door()
    await once("owner:1", KEY, b"{}", door.run)
    assert await once("owner:2", KEY, b"{}", door.run) == (201, b'{"id":2}')


async def test_a_key_that_came_with_another_request_is_refused():
    door = Door()
    await once("owner:1", KEY, b'{"slot":9}', door.run)
    with pytest.raises(KeyReused):
        await once("owner:1", KEY, b'{"slot":10}', door.run)
    assert door.effects == 1


async def test_a_failure_is_not_kept_so_that_the_same_key_may_try_again():
    door = Door()
    with pytest.raises(ValueError, match="no slot"):
        await once("owner:1", KEY, b"{}", door.fail)
    assert await database.fetch_value("SELECT count(*) FROM idempotent_answer") == 0
    assert await once("owner:1", KEY, b"{}", door.run) == (201, b'{"id":2}')


@pytest.mark.parametrize("key", ["", "short", "a" * 81, "with blank-1", "键键键键键键键键", "line\nbreak1"])
async def test_a_malformed_key_is_refused_before_anything_happens(key: str):
    door = Door()
    with pytest.raises(BadKey):
        await once("owner:1", key, b"{}", door.run)
    assert door.effects == 0
