"""Figures leave as a file with the definition they were reckoned by; a target is set for a month, by who may."""

from datetime import date, timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.reports import exportable, figures, rows
from crm_core.reports.definitions import DEFINITIONS, Kpi
from crm_core.reports.exportable import FigureLine
from crm_core.reports.rules import Colour, Period, Unit
from crm_core.settings import changing
from crm_core.settings.errors import SettingTaken, SettingValueRefused
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.PERCENT, 833, "83.3%"),
        (Unit.COUNT, 12, "12"),
        (Unit.FEN, 168_850, "1688.50 元"),
        (Unit.POINTS, -205, "-20.5"),
        (Unit.PERCENT, None, "–"),
    ],
)
def test_a_value_is_written_in_its_unit(unit: Unit, value: int | None, text: str) -> None:
    assert exportable.told(unit, value) == text


async def test_the_file_says_what_the_page_says() -> None:
    shop = await make_workshop()
    await shop.ready()
    await clock.advance(timedelta(minutes=2))
    manager = await make.acting(Role.SVM, shop.store)
    lines = [line async for line in exportable.lines(manager, {}) if isinstance(line, FigureLine)]
    assert [line.word for line in lines] == [each.word for each in DEFINITIONS.values()]
    [on_time] = [line for line in lines if line.word == DEFINITIONS[Kpi.ON_TIME].word]
    assert (on_time.month, on_time.base, on_time.version) == ("100.0%", "1", 1)
    question = {"kpi": "on_time", "store": str(shop.store.id), "period": "month", "counted": "yes"}
    taken = [row async for row in exportable.figure_rows(manager, question)]
    shown = await rows.of_figure(manager, Kpi.ON_TIME, shop.store.id, Period.MONTH)
    assert taken == shown.items
    assert len(taken) == 1
    late = [row async for row in exportable.figure_rows(manager, question | {"counted": "no"})]
    assert late == [row async for row in exportable.figure_rows(manager, {})] == []


async def test_a_target_begins_with_a_month_once_and_the_manager_sets_it_for_their_store() -> None:
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    await clock.set_to(make.slot(11))
    manager = await make.acting(Role.GM, store)

    def target(store_id: int | None, day: str = "2026-11-01") -> dict[str, str | int | None]:
        return {"store_id": store_id, "kpi": "on_time", "valid_from": day, "target": 90}

    await changing.add(manager, "kpi-targets", target(store.id))
    with pytest.raises(SettingTaken):
        await changing.add(manager, "kpi-targets", target(store.id))
    with pytest.raises(SettingValueRefused):
        await changing.add(manager, "kpi-targets", target(store.id, "2026-11-02"))
    for actor, store_id in ((manager, other.id), (await make.acting(Role.SVM, store), store.id)):
        with pytest.raises(NotAllowed):
            await changing.add(actor, "kpi-targets", target(store_id))
    [own] = (await figures.of_reader(manager)).stores
    [on_time] = [each for each in own.figures if each.kpi is Kpi.ON_TIME]
    assert (on_time.target, on_time.colour) == (900, Colour.GREY)
    assert (await figures.of_reader(manager)).month == date(2026, 11, 1)
