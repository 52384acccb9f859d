"""When a run fits its booking, how far a store drives, and who should drive."""

from datetime import datetime, timedelta

import pytest

from crm_core.valet import rules
from crm_core.valet.rules import Busy, Driver, Needed, RunKind, RunState, Spot, ValetPolicy, Visit, Window
from tests import factories as make

POLICY = ValetPolicy()
STORE, NEAR, FAR = Spot(22.5333, 113.9304), Spot(22.5431, 113.9400), Spot(23.1246, 113.3612)
NOW = make.slot(6)
VISIT = Visit(make.slot(10), 60)


def _window(hour: int, minutes: int = 60) -> Window:
    return Window(make.slot(hour), make.slot(hour) + timedelta(minutes=minutes))


def _driver(id: int = 1, *, busy: list[Busy] | None = None, works: tuple[datetime, datetime] | None = None) -> Driver:
    return Driver(id, "许强", frozenset({"EV"}), [works or (make.slot(7), make.slot(19))], busy or [])


def _needed(window: Window, skill: str | None = None, kind: RunKind = RunKind.PICK_UP) -> Needed:
    return Needed(kind, window, NEAR, skill)


def test_distance_is_known_only_between_two_known_places():
    assert rules.distance_km(STORE, NEAR) == pytest.approx(1.5, abs=0.2)
    assert rules.distance_km(STORE, None) is None


@pytest.mark.parametrize(
    ("spot", "address", "areas", "is_refused"),
    [
        (NEAR, "哪里", ["南山区"], False),
        (FAR, "南山区科技园", ["南山区"], True),
        (None, "南山区科技园", ["南山区"], False),
        (None, "福田区市民中心", ["南山区"], True),
        (None, "福田区市民中心", [], False),
    ],
)
def test_a_position_is_judged_by_its_distance_and_an_address_by_its_area(
    spot: Spot | None, address: str, areas: list[str], is_refused: bool
):
    assert (rules.reach_refusal(STORE, spot, address, areas, POLICY) is not None) is is_refused


@pytest.mark.parametrize(
    ("kind", "window", "says"),
    [
        (RunKind.PICK_UP, _window(8), None),
        (RunKind.PICK_UP, _window(9), "取车时段最晚到"),
        (RunKind.PICK_UP, _window(7), "提前"),
        (RunKind.PICK_UP, _window(8, 10), "之间"),
        (RunKind.RETURN, _window(20), None),
        (RunKind.RETURN, _window(20, 90), "07:00 到 21:00"),
        (RunKind.RETURN, _window(23, 120), "07:00 到 21:00"),
        (RunKind.RETURN, _window(12), None),
        (RunKind.RETURN, _window(11), "送车时段最早"),
        (RunKind.RESCUE, _window(6), None),
    ],
)
def test_the_window_and_the_slot_go_together(kind: RunKind, window: Window, says: str | None):
    refusal = rules.window_refusal(kind, window, VISIT, NOW, POLICY)
    assert refusal is None if says is None else says in (refusal or "")


def test_a_driver_is_hindered_by_hours_runs_skills_and_by_setting_out_too_late():
    needed, starts_at = _needed(_window(8)), make.slot(7, 30)
    assert rules.hindrance(_driver(), needed, starts_at, POLICY) is None
    assert "出发" in (rules.hindrance(_driver(), needed, make.slot(9), POLICY) or "")
    assert "不上班" in (rules.hindrance(_driver(works=(make.slot(8), make.slot(19))), needed, starts_at, POLICY) or "")
    busy = [Busy(make.slot(7), make.slot(8), STORE)]
    assert "已有一趟" in (rules.hindrance(_driver(busy=busy), needed, starts_at, POLICY) or "")
    assert "技能" in (rules.hindrance(_driver(), _needed(_window(8), "BODY"), starts_at, POLICY) or "")


def test_whoever_brings_a_car_is_free_at_the_door_and_whoever_fetches_one_is_not():
    assert rules.takes(RunKind.RETURN, POLICY) < rules.takes(RunKind.PICK_UP, POLICY)


def test_the_nearest_is_proposed_first_and_then_who_has_less_to_do():
    away = Busy(make.slot(7), make.slot(8), FAR)
    at_door = Busy(make.slot(7), make.slot(8), NEAR)
    found = rules.proposals(
        [_driver(1, busy=[away]), _driver(2), _driver(3, busy=[at_door])], _needed(_window(10)), STORE, POLICY
    )
    assert [each.driver_id for each in found] == [3, 2, 1]
    assert "已有 1 趟" in found[0].reason
    assert "还没有别的" in found[1].reason
    unknown = Needed(RunKind.PICK_UP, _window(10), None, None)
    assert [
        each.driver_id for each in rules.proposals([_driver(1, busy=[away]), _driver(2)], unknown, STORE, POLICY)
    ] == [2, 1]


def test_nobody_is_proposed_who_cannot_be_there():
    assert rules.proposals([_driver(works=(make.slot(18), make.slot(19)))], _needed(_window(8)), STORE, POLICY) == []


def test_a_run_is_late_when_its_window_is_over_and_the_driver_is_not_there():
    over = make.slot(13)
    now = over + timedelta(minutes=1)
    for kind, state, is_late in (
        (RunKind.PICK_UP, RunState.PLANNED, True),
        (RunKind.PICK_UP, RunState.ON_THE_WAY, True),
        (RunKind.PICK_UP, RunState.CAR_TAKEN, False),
        (RunKind.RETURN, RunState.CAR_TAKEN, True),
        (RunKind.RETURN, RunState.DELIVERED, False),
        (RunKind.PICK_UP, RunState.CANCELLED, False),
    ):
        assert rules.is_late(kind, state, over, now) is is_late, (kind, state)
        assert not rules.is_late(kind, state, over, over)
