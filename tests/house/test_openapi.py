"""The OpenAPI document describes the input and output of every endpoint, since clients are generated from it."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from app.wiring import wire
from foundation.web.api import Api, Endpoint, Schema
from foundation.web.openapi import document


@pytest.fixture(scope="module")
def operations() -> list[dict[str, Any]]:
    wire()
    return [each for methods in document("WeDealer", "test")["paths"].values() for each in methods.values()]


def test_every_operation_has_a_name_of_its_own(operations: list[dict[str, Any]]):
    assert len(operations) > 200
    counted = Counter(each["operationId"] for each in operations)
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_answer_in_json_says_its_shape(operations: list[dict[str, Any]]):
    shapeless = {
        each["operationId"]
        for each in operations
        for status, answer in each["responses"].items()
        if status.startswith("2") and answer.get("content", {}).get("application/json", {}).get("schema") == {}
    }
    assert shapeless == set()


def test_two_schemas_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch):
    def schema(**fields: Any) -> type:
        return type("Twice", (Schema,), {"__annotations__": fields, "__module__": f"room_{'_'.join(fields)}"})

    def endpoint(answer: type) -> Endpoint:
        return replace(Api.registry[0], body=None, query=None, answer=answer)

    wire()
    monkeypatch.setattr(Api, "registry", [endpoint(schema(key=str)), endpoint(schema(url=str))])
    with pytest.raises(ValueError, match="Twice"):
        document("WeDealer", "test")
