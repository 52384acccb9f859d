"""Somebody scans a shared code at night: whoever stands by becomes their friend, and says when somebody answers."""

from datetime import datetime

from campaigns.contact_ways import duty
from campaigns.contact_ways.greeting_rules import Greeting
from crm_core.customers.models import Friendship
from crm_core.dealerships.rota.models import Shift
from crm_core.messaging.models import Message
from foundation import clock, jobs
from tests.fixtures.platforms import Town

EVERY_DAY = ["0", "1", "2", "3", "4", "5", "6"]


async def _at(hour: int) -> None:
    now = clock.local(clock.now())
    await clock.set_to(datetime(now.year, now.month, now.day, hour, tzinfo=now.tzinfo))
    await duty.move_on()
    await jobs.drain()


async def test_a_scan_at_night_leads_to_the_backup_and_a_welcome_that_says_when_somebody_answers(town: Town):
    await Shift.create(staff_id=town.wang.id, weekdays=EVERY_DAY, starts_minute=9 * 60, ends_minute=18 * 60)
    await clock.set_to(clock.local(clock.now()).replace(hour=10, minute=0, second=0, microsecond=0))
    way = await town.contact_way(takers=(town.wang.id,), backup_id=town.li.id, greeting=Greeting.SHOW)
    await town.hand("POST", "people/li/scan", {"code": way.config_id})
    await town.settle()
    await _at(22)
    await town.hand("POST", "people/zhang/scan", {"code": way.config_id})
    await town.settle()
    by_day, by_night = await Friendship.all().order_by("id")
    assert (by_day.staff_id, by_night.staff_id) == (town.wang.id, town.li.id)
    assert {by_day.state, by_night.state} == {way.token}, "both are counted for the code"
    welcomes = await Message.filter(template="welcome").order_by("id")
    assert [each.variant for each in welcomes] == ["show_plain", "closed_plain"]
    said = [str(chat.content) for chat in town.chats() if chat.userid == "LiMin"]
    assert any("现在是下班时间" in words for words in said)
