"""The class behind every table."""

import importlib

import pytest
from tortoise import fields
from tortoise.models import Model

from app import rooms
from foundation.table import Table


@pytest.mark.parametrize("module", rooms.models())
def test_every_table_is_declared_by_it(module: str) -> None:
    named = vars(importlib.import_module(module)).values()
    models = [value for value in named if isinstance(value, type) and issubclass(value, Model)]
    assert models
    assert [model.__name__ for model in models if not issubclass(model, Table)] == []


def test_a_table_is_declared_without_reading_its_source() -> None:
    class Shelf(Table):
        #: Tortoise would copy this sentence.
        height = fields.IntField()

    assert Shelf._meta.fields_map["height"].description is None
