"""A moment in words always says its day, unless it is today."""

import pytest

from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_a_moment_is_told_with_its_day_unless_that_is_today():
    promised = make.slot(10, 50)
    assert clock.dated(promised) == "11月23日 10:50"
    for today, told in (
        (make.slot(9), "10:50"),
        (clock.at(make.MONDAY.replace(day=24), 9), "11月23日 10:50"),
        (clock.at(make.MONDAY.replace(year=2028), 9), "2026年11月23日 10:50"),
    ):
        await clock.set_to(today)
        assert clock.told(promised) == told


def test_a_length_of_time_is_told_in_the_measure_people_use():
    told = [clock.lasting(minutes) for minutes in (0, 85, 179, 180, 1144, 2 * 1440, 3 * 1440, 5 * 1440 - 60)]
    assert told == ["0 分钟", "85 分钟", "179 分钟", "3 小时", "19 小时", "48 小时", "3 天", "5 天"]
