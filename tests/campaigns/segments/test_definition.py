"""Segment trees typed by people: clear refusals, no value in the SQL text, a readable sentence."""

from datetime import date
from typing import Any

import pytest

from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse, reading
from campaigns.segments.errors import DefinitionNotClear
from campaigns.segments.ready_made import READY_MADE
from campaigns.sql import Parameters
from crm_core.contact.rules import ContactPolicy
from crm_core.customers.dormancy import DormancyPolicy

TODAY = date(2026, 11, 23)

X6_SLEEPERS: dict[str, Any] = {
    "match": "all",
    "items": [
        {"field": "series", "values": ["云帆X6"]},
        {"field": "dormancy", "values": ["DORMANT", "LAPSED", "DEEP"]},
        {"field": "no_paid_visit", "months": 12},
        {
            "match": "any",
            "items": [
                {"field": "spend", "at_least_fen": 300_000},
                {"field": "paid_visits", "months": 36, "at_least": 3},
            ],
        },
        {"field": "insurance_ends", "within_days": 30},
    ],
}


def _group(*items: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "items": list(items)}


def test_a_definition_reads_as_one_sentence():
    assert reading(parse(X6_SLEEPERS)) == (
        "开云帆X6、处于沉睡、流失、深度流失、近 12 个月没有付费到店、"
        "（花过 3,000.00 元以上或近 36 个月来过 3 次以上）、30 天内保险到期的车主"
    )


def test_what_the_night_decided_can_be_asked_for():
    tree = _group({"field": "waking_path", "values": ["CALL", "SMS"]}, {"field": "value", "at_least_tenths": 40})
    assert reading(parse(tree)) == "最好用电话或短信联系、价值 4 以上的车主"


def test_an_exclusion_says_what_it_leaves_out():
    tree = _group({"field": "friend", "value": True}, _group({"field": "spend", "at_most_fen": 0}, match="none"))
    assert reading(parse(tree)) == "是企微好友、不算花过不到 0.00 元的车主"


def test_a_group_says_that_any_car_will_do():
    cars = _group({"field": "series", "values": ["云帆X6"]}, {"field": "mileage", "at_least_km": 50_000})
    tree = parse(_group({"field": "friend", "value": True}, {**cars, "any_car": True}))
    assert reading(tree) == "是企微好友、（开云帆X6、里程 50000 公里以上（不必同一台车））的车主"


@pytest.mark.parametrize("ready", READY_MADE, ids=lambda one: one.key)
def test_the_ready_made_segments_are_valid_and_read_well(ready):
    assert reading(parse(ready.definition)).endswith("的车主")


HOSTILE = "x'); DROP TABLE customer; --"


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "series", "values": [HOSTILE]},
        {"field": "tags", "values": [HOSTILE, "$1", "{}", "%s"]},
    ],
)
def test_a_hostile_value_never_reaches_the_text_of_the_statement(condition):
    to = Parameters(TODAY, DormancyPolicy(), ContactPolicy())
    sql = audience(parse(_group(condition)), frozenset({1}), to)
    assert "DROP" not in sql
    assert "%s" not in sql
    assert any(HOSTILE in value for value in to.values if isinstance(value, list))


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({}, ""),
        ([], ""),
        ("all", ""),
        (_group(), ""),
        (_group({"field": "spend"}), "1"),
        (_group({"field": "spend", "at_least_fen": 5, "at_most_fen": 1}), "1"),
        (_group({"field": "spend", "at_least_fen": -1}), "1"),
        (_group({"field": "spend", "at_least_fen": 10**30}), "1"),
        (_group({"field": "customer.phone", "values": ["1"]}), "1"),
        (_group({"field": "friend", "value": True}, {"field": "series", "values": []}), "2"),
        (_group({"field": "series", "values": ["x"], "sql": "1=1"}), "1"),
        (_group({"field": "dormancy", "values": ["ASLEEP"]}), "1"),
        (_group({"field": "last_visit", "from_on": "2026-13-01"}), "1"),
        (_group({"field": "last_visit"}), "1"),
        (_group({"field": "home_store", "store_ids": [2**63]}), "1"),
        (_group({"field": "friend", "value": True}, match="xor"), ""),
        (_group(_group({"field": "insurance_ends", "within_days": 0}, match="any")), "1.1"),
        (_group(*[{"field": "friend", "value": True}] * 21), ""),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_row(tree, path):
    with pytest.raises(DefinitionNotClear) as refused:
        parse(tree)
    problems = refused.value.details["problems"]
    assert path in [problem["path"] for problem in problems]
    assert all(problem["message"] for problem in problems)


@pytest.mark.parametrize("depth", [5, 40, 2000])
def test_groups_too_deep_to_read_are_refused(depth):
    tree: dict[str, Any] = {"field": "friend", "value": True}
    for _ in range(depth):
        tree = _group(tree)
    with pytest.raises(DefinitionNotClear):
        parse(tree)


def test_a_refusal_does_not_repeat_what_was_sent():
    with pytest.raises(DefinitionNotClear) as refused:
        parse(_group({"field": "spend", "13812345678": 1, "at_least_fen": "13812345678x"}))
    assert "13812345678" not in str(refused.value.details)


def test_a_custom_field_is_asked_by_its_code_and_never_as_text_of_the_statement():
    tree = parse(
        _group(
            {"field": "customer_noted", "code": "fleet", "values": ["租赁'; DROP TABLE customer"]},
            {"field": "car_noted", "code": "contract_ends", "until_on": "2027-03-31"},
        )
    )
    sql = tree.where(Parameters(TODAY, DormancyPolicy(), ContactPolicy()))
    assert "DROP" not in sql
    assert "x.vehicle_id = v.id" in sql
    assert "x.customer_id = c.id" in sql
    assert "自定义字段「contract_ends」到 2027-03-31" in tree.words()
    with pytest.raises(DefinitionNotClear):
        parse(_group({"field": "customer_noted", "code": "Fleet; --"}))
