"""A change WeCom told us of stays due until it was read, also when it comes while we are reading."""

import pytest

from crm_core.customers.corp_tags import UNREAD
from foundation import clock, database
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _owed() -> int:
    return int(await database.fetch_value("SELECT count(*) FROM unread"))


async def _expect() -> None:
    async with database.transaction():
        await UNREAD.expect("all")


async def test_what_was_read_is_owed_no_longer():
    await _expect()
    await _expect()
    read: list[str] = []

    async def note() -> None:
        read.append("all")

    assert await _owed() == 1
    await UNREAD.read("all", note)
    assert (read, await _owed()) == (["all"], 0)


async def test_what_is_said_while_we_read_is_read_again():
    await clock.set_to(make.slot(9))
    await _expect()

    async def hear_again() -> None:
        await _expect()

    await UNREAD.read("all", hear_again)
    assert await _owed() == 1


async def test_a_failed_reading_stays_owed():
    await _expect()

    async def fail() -> None:
        raise ConnectionError("away")

    with pytest.raises(ConnectionError):
        await UNREAD.read("all", fail)
    assert await _owed() == 1


async def test_nothing_is_read_that_nobody_owes():
    async def never() -> None:
        raise AssertionError

    await UNREAD.read("all", never)
