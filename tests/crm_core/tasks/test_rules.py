from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.due_dates.rules import DueKind
from crm_core.tasks.rules import (
    ENDED_BY_A_VISIT,
    EXPIRES_AFTER,
    MARKETING,
    MOVES,
    OPEN,
    STEPS,
    RecallPolicy,
    TaskKind,
    TaskState,
    days_after,
    days_before,
    is_unreachable,
    next_step,
    priority,
    priority_sql,
)
from foundation import database
from foundation.errors import IllegalMove
from foundation.moves import next_state

HOUSE = RecallPolicy()
TODAY = date(2026, 11, 26)


def test_every_due_date_can_become_a_task_and_every_task_has_a_ladder_and_an_end():
    assert {kind.value for kind in DueKind} < {kind.value for kind in TaskKind}
    assert set(STEPS) == set(TaskKind)
    assert set(EXPIRES_AFTER) == set(TaskKind) - {TaskKind.INSURANCE}
    assert all(list(steps) == sorted(steps) for steps in STEPS.values())
    assert all(days_before(kind, HOUSE) >= 0 and days_after(kind, HOUSE) >= 0 for kind in TaskKind)


def test_declined_work_and_a_missed_booking_are_no_marketing():
    assert set(TaskKind) - MARKETING == {TaskKind.DECLINED_WORK, TaskKind.NO_SHOW}


def test_a_visit_takes_no_reason_to_renew_the_insurance_away():
    assert set(TaskKind) - ENDED_BY_A_VISIT == {TaskKind.INSURANCE, TaskKind.INSPECTION}


def test_insurance_is_asked_about_ninety_days_before_until_a_month_after():
    due_on, asked, day = date(2027, 3, 1), [], date(2026, 1, 1)
    while (step := next_step(TaskKind.INSURANCE, due_on, day)) is not None:
        asked.append((step - due_on).days)
        day = step
    assert asked == [-90, -60, -30, -15, -7, -3, -1, 1, 7, 14, 30]


def test_nobody_is_given_up_in_one_day():
    assert not is_unreachable([TODAY] * 5, HOUSE)
    assert not is_unreachable([TODAY, TODAY + timedelta(days=1)], HOUSE)
    assert is_unreachable([TODAY, TODAY, TODAY + timedelta(days=1)], HOUSE)


@pytest.mark.parametrize("state", [state for state in TaskState if state not in OPEN])
def test_what_has_ended_stays_ended(state: TaskState):
    with pytest.raises(IllegalMove):
        next_state(MOVES, state, "contact")


def test_nobody_arrives_who_was_not_booked():
    for state in OPEN:
        if state is not TaskState.BOOKED:
            with pytest.raises(IllegalMove):
                next_state(MOVES, state, "arrive")


@pytest.mark.parametrize(
    ("spent_fen", "days", "expected"),
    [(12_000_00, 3, 25), (12_000_00, -40, 25), (6_000_00, 20, 12), (999_99, 90, 1), (1_000_00, 60, 4)],
)
def test_who_is_worth_most_and_most_pressing_comes_first(spent_fen: int, days: int, expected: int):
    assert priority(spent_fen, TODAY + timedelta(days=days), TODAY) == expected


@pytest.mark.usefixtures("database")
async def test_the_statement_ranks_as_the_rule_does():
    sums = (0, 999_99, 1_000_00, 3_000_00, 5_999_99, 6_000_00, 10_000_00)
    days = (-400, -1, 0, 7, 8, 15, 16, 30, 31, 60, 61, 400)
    rows = await database.fetch(
        f"SELECT s, d, {priority_sql('s', 'd', '$3::date')} AS rank "
        "FROM unnest($1::bigint[]) AS s, unnest($2::date[]) AS d",
        list(sums),
        [TODAY + timedelta(days=each) for each in days],
        TODAY,
    )
    assert len(rows) == len(sums) * len(days)
    assert all(row["rank"] == priority(row["s"], row["d"], TODAY) for row in rows)


@given(
    due_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    after=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    kind=st.sampled_from(TaskKind),
)
def test_the_next_step_is_always_later(due_on: date, after: date, kind: TaskKind):
    step = next_step(kind, due_on, after)
    assert step is None or step > after
