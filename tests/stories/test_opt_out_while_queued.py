"""Owners who refuse marketing while a message for them waits: before its task is made, and while their salesperson has
not confirmed it; each time WeCom is down for an hour. Nobody of them gets it, and everybody else does, once.
"""

import asyncio
from datetime import timedelta
from typing import Final

import pytest

from campaigns.broadcasts.models import Recipient
from campaigns.exclusions import Exclusion
from campaigns.measuring import Cohort
from crm_core.customers.models import Customer
from tests.stories import crowd
from tests.stories.sending import PATIENCE, scheduled, seconds_until, until_empty
from tests.stories.stage import LOOK_SECONDS, Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FRIENDS: Final = 60
PHONES: Final = 12
"""Of whom at most three are in the control group, which gets nothing anyway."""
REFUSE: Final = 4
"""Each time."""
CREATE: Final = "externalcontact/add_msg_template"


async def test_who_refuses_marketing_while_a_message_waits_for_them_does_not_get_it(stage: Stage) -> None:
    lin, zhao = await stage.staff("linxiao"), await stage.staff("zhaojianguo")
    friends = await crowd.gather(stage, FRIENDS, members=3)
    phones = {n: await stage.owner(f"crowd{n}") for n in range(PHONES)}
    for phone in phones.values():
        await phone.sign_in()
    broadcast_id, starts_at = await scheduled(stage, lin, zhao, friends)

    # WeCom is down when the tasks are to be made.
    await stage.hand("POST", "faults", {"busy": 1.0})
    await stage.hand("POST", "clock/advance", {"seconds": await seconds_until(starts_at + timedelta(seconds=30))})
    planned = await _planned(broadcast_id)
    refusing = [n for n in phones if n in planned][: 2 * REFUSE]
    assert len(refusing) == 2 * REFUSE
    for n in refusing[:REFUSE]:
        await phones[n].post("marketing-stop")
    await _an_hour(stage)
    assert await stage.calls(CREATE) == []
    await stage.hand("POST", "faults", {"busy": 0.0})
    counts = await until_empty(stage, lin, broadcast_id, "waiting_for_task")
    assert counts["excluded_at_sending"] == REFUSE
    assert len(await stage.calls(CREATE)) == len(friends.userids)

    # It is down again while the tasks wait for the salespeople.
    await stage.hand("POST", "faults", {"busy": 1.0})
    for n in refusing[REFUSE:]:
        await phones[n].post("marketing-stop")
    await _an_hour(stage)
    await stage.hand("POST", "faults", {"busy": 0.0})
    await stage.pass_time(hours=1, minutes=2)

    await friends.confirm_all()
    counts = await until_empty(stage, lin, broadcast_id, "waiting_for_staff")
    received = await friends.received()
    assert set(received.values()) == {1}, "nobody twice"
    assert len(received) == counts["sent"] == len(planned) - 2 * REFUSE
    said_no = {row.customer_id for row in await Recipient.filter(broadcast_id=broadcast_id, reason=Exclusion.OPTED_OUT)}
    assert said_no == {planned[n] for n in refusing}


async def _planned(broadcast_id: int) -> dict[int, int]:
    """The customers who are to be sent to, by their number in the crowd, once they are frozen."""
    async with asyncio.timeout(PATIENCE):
        while not (rows := await Recipient.filter(broadcast_id=broadcast_id, cohort=Cohort.PLANNED)):
            await asyncio.sleep(LOOK_SECONDS)
    people = await Customer.filter(id__in=[row.customer_id for row in rows])
    return {int(one.name.removeprefix("老友")): one.id for one in people}


async def _an_hour(stage: Stage) -> None:
    for _ in range(6):
        await stage.hand("POST", "clock/advance", {"minutes": 10})
        await stage.beats()
