"""Limits and single uses as all processes share them; without the server: tests/app/test_without_valkey.py."""

import asyncio

import pytest

from foundation import cache
from foundation.cache import RateLimit

pytestmark = pytest.mark.usefixtures("database")


async def test_a_limit_lets_so_many_through_at_once_and_says_how_long_the_next_one_waits():
    limit = RateLimit("test", limit=3, period_seconds=300)
    assert [await limit.wait_seconds("limin") for _ in range(3)] == [0, 0, 0]
    assert 99 < await limit.wait_seconds("limin") <= 100
    assert await limit.wait_seconds("wangwei") == 0


async def test_a_refusal_costs_no_place_and_a_place_given_back_is_free():
    limit = RateLimit("test", limit=1, period_seconds=300)
    assert await limit.wait_seconds() == 0
    waits = [await limit.wait_seconds() for _ in range(3)]
    assert all(299 < wait <= 300 for wait in waits)
    await limit.give_back()
    assert await limit.wait_seconds() == 0


async def test_of_many_at_once_no_more_than_the_limit_pass():
    limit = RateLimit("test", limit=5, period_seconds=300)
    waits = await asyncio.gather(*(limit.wait_seconds() for _ in range(40)))
    assert waits.count(0) == 5


async def test_a_thing_is_used_first_once():
    assert (await asyncio.gather(*(cache.first_use("code", seconds=60) for _ in range(20)))).count(True) == 1
    assert await cache.first_use("another", seconds=60)


async def test_who_else_looks_at_a_thing_is_seen():
    assert await cache.look("plan:1", 7, seconds=60) == []
    assert await cache.look("plan:1", 8, seconds=60) == [7]
    assert await cache.look("plan:2", 9, seconds=60) == []
