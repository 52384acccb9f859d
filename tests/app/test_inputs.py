"""Every documented endpoint checks the bounds of numbers, days and instants before it uses them."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from app.wiring import wire
from foundation.web import Api

_ORDERED = {"int", "date", "datetime"}

wire()


def _inputs() -> list[type[BaseModel]]:
    shapes = {shape for endpoint in Api.registry for shape in (endpoint.body, endpoint.query) if shape is not None}
    return sorted(shapes, key=lambda shape: shape.__name__)


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every node of a core schema that is a schema itself."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        for child in node.values():
            yield from _schemas(child)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from _schemas(child)


@pytest.mark.parametrize("shape", _inputs(), ids=lambda shape: shape.__name__)
def test_every_number_day_and_instant_of_an_input_is_bounded(shape: type[BaseModel]):
    shape.model_rebuild()
    for schema in _schemas(shape.__pydantic_core_schema__):
        if schema["type"] in _ORDERED:
            assert {"gt", "ge"} & schema.keys(), schema
            assert {"lt", "le"} & schema.keys(), schema
        if schema["type"] == "datetime":
            assert schema.get("tz_constraint") == "aware", "without a zone nobody knows which instant is meant"
