"""What is measured of the tries: only whose window was over before the day, and only what happened within it."""

from datetime import date, timedelta
from typing import Any

import pytest

from campaigns.lift import Group
from campaigns.waking import counting, explaining
from campaigns.waking.loop.models import WakingAttempt
from campaigns.waking.loop.rates import measured
from campaigns.waking.loop.rules import AttemptState, Reaction
from campaigns.waking.models import WakingClass
from campaigns.waking.rules import Path
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.models import Purpose
from foundation import clock, database
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def house() -> House:
    """Owners who agreed to messages in WeCom and to SMS."""
    made = await make_house(40)
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        f"SELECT id, '{Purpose.MARKETING_SMS}', 'v1', $1, 'mini_program', '{{}}', '' FROM customer",
        clock.now(),
    )
    return made


async def _tried(house: House, number: int, path: Path, window_ends_on: date, **columns: Any) -> None:
    sent_at = clock.at(window_ends_on - timedelta(days=10), 10)
    defaults: dict[str, Any] = {
        "state": AttemptState.SILENT,
        "asleep_as": Dormancy.LAPSED,
        "value": "1.0",
        "opened_at": sent_at,
        "from_on": window_ends_on - timedelta(days=10),
        "sent_at": sent_at,
        "window_ends_on": window_ends_on,
        "answer_by": window_ends_on,
        "ended_at": clock.now(),
    }
    if "reacted_at" in columns:
        defaults |= {"state": AttemptState.REACTED, "reaction": Reaction.OPENED}
    await WakingAttempt.create(
        customer_id=house.crowd.first_id + number,
        store_id=house.store.id,
        path=path,
        **{**defaults, **columns},
    )


async def test_the_future_is_never_measured(house: House):
    today = clock.today()
    over = today - timedelta(days=1)
    await _tried(house, 0, Path.SMS, over)
    await _tried(house, 1, Path.SMS, over, reacted_at=clock.at(over, 9))
    await _tried(house, 2, Path.SMS, today, reacted_at=clock.at(over, 9))
    await _tried(house, 3, Path.SMS, today + timedelta(days=5), reacted_at=clock.at(today + timedelta(days=1), 9))
    await _tried(house, 4, Path.SMS, over, reacted_at=clock.at(today + timedelta(days=2), 9))
    await _tried(house, 5, Path.SMS, over - timedelta(days=800), reacted_at=clock.at(over - timedelta(days=801), 9))
    assert (await measured(today)).counted == {(Path.SMS, Dormancy.LAPSED): Group(3, 1)}


async def test_each_store_is_measured_for_itself(house: House):
    over = clock.today() - timedelta(days=1)
    await _tried(house, 0, Path.SMS, over, reacted_at=clock.at(over, 9))
    await _tried(house, 1, Path.SMS, over)
    elsewhere = await make.make_store(advisors=0)
    await database.execute("UPDATE waking_attempt SET store_id = $1 WHERE reacted_at IS NULL", elsewhere.id)
    rates = await measured(clock.today())
    assert rates.counted == {(Path.SMS, Dormancy.LAPSED): Group(2, 1)}
    assert rates.by_store == {
        house.store.id: {(Path.SMS, Dormancy.LAPSED): Group(1, 1)},
        elsewhere.id: {(Path.SMS, Dormancy.LAPSED): Group(1, 0)},
    }


async def test_a_night_orders_by_what_it_knows_and_a_planted_future_changes_nothing(house: House):
    owner, today = house.crowd.first_id, clock.today()
    over = today - timedelta(days=1)
    for number in range(40):
        await _tried(house, number, Path.MASS, over)
        await _tried(house, number, Path.SMS, today + timedelta(days=3), reacted_at=clock.at(over, 9))
    await counting.recount()
    assert (await WakingClass.get(customer_id=owner)).paths == ["MASS", "SMS"], "the SMS are not over yet"
    await database.execute("UPDATE waking_attempt SET window_ends_on = $1 WHERE path = 'SMS'", over)
    await counting.recount()
    found = await WakingClass.get(customer_id=owner)
    assert found.paths == ["SMS", "MASS"]
    assert 0 < found.rank < found.value


async def test_the_card_says_the_rates_the_tries_and_the_signals(house: House):
    owner = house.crowd.first_id
    for number in range(40):
        reacted = {"reacted_at": clock.at(clock.today() - timedelta(days=3), 9)} if number < 10 else {}
        await _tried(house, number, Path.MASS, clock.today() - timedelta(days=2), **reacted)
    card = await explaining.card(house.marketer, owner)
    assert [(each.path, each.measured) for each in card.paths] == [
        (Path.MASS, "本店近一年40 人里 10 人有反应，25%（大致 14%–40%）。"),
        (Path.SMS, "数据还不够（试过 0 人，满 30 人才算）。"),
    ]
    assert [(each.path, each.reaction_word) for each in card.tries] == [(Path.MASS, "打开了")]
    assert "保养过期 30 天" in card.signals
    assert card.call_why == "价值 1.0，低于 4，由系统联系，不占用人力。"
    assert card.rank_why.startswith("价值 1.0 × 本店这种方式至少有反应的 14%")
