"""Each column with another row's id names its table; it is a foreign key unless that table is of a higher room."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from tortoise import Tortoise, fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from app.rooms import ROOT
from foundation import database as tables
from foundation.keys import Key, Upward

NUMBERS_OF_NO_ONE_TABLE: Final = {
    ("audit_check", "broken_id"): "of a line of the log; that a line may be gone is what is looked for",
    ("audit_check", "to_id"): "of a line of the log; that a line may be gone is what is looked for",
    ("directory_department", "parent_id"): "WeCom's number of a department, which it tells in any order",
    ("session", "subject_id"): "of staff or of a customer, as `kind` says",
    ("succession_item", "thing_id"): "of a customer, a friendship, an order …, as `kind` says",
}
"""Columns that look like a key and are none, with the reason."""

_FOREIGN_KEYS: Final = """
SELECT c.conrelid::regclass::text AS "table", a.attname AS "column", c.confrelid::regclass::text AS target
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Pointer:
    """A column that holds the number of a row of `target`."""

    table: str
    column: str
    target: str


@pytest.mark.usefixtures("database")
async def test_what_a_model_calls_a_key_is_one_in_the_database_and_nothing_else_is() -> None:
    declared = set(_pointers(Key)) | set(_foreign_keys())
    held = {Pointer(row["table"], row["column"], row["target"]) for row in await tables.fetch(_FOREIGN_KEYS)}
    assert len(declared) > 150
    assert declared == held


@pytest.mark.usefixtures("migrated")
def test_keys_point_down_the_import_arrow_or_beside_and_only_the_rest_is_upward() -> None:
    heights = {table: _height(model.__module__) for table, model in _models().items()}
    down = {*_pointers(Key), *_foreign_keys()}
    assert [one for one in down if heights[one.target] > heights[one.table]] == []
    assert [one for one in _pointers(Upward) if heights[one.target] <= heights[one.table]] == []


@pytest.mark.usefixtures("migrated")
def test_no_number_of_a_row_is_a_bare_number() -> None:
    """`*_id` and `*_by` say whose row it is, or stand in the list above with a reason."""
    bare = {
        (table, name)
        for table, model in _models().items()
        for name, field in model._meta.fields_map.items()
        if name.endswith(("_id", "_by")) and type(field) is fields.BigIntField and field.reference is None
    }
    assert bare == set(NUMBERS_OF_NO_ONE_TABLE)


def _models() -> dict[str, type[Model]]:
    return {str(model._meta.db_table): model for model in Tortoise.apps["wedealer"].values()}


def _pointers(kind: type[Key] | type[Upward]) -> Iterator[Pointer]:
    for table, model in _models().items():
        for name, field in model._meta.fields_map.items():
            if isinstance(field, kind):
                yield Pointer(table, name, field.table)


def _foreign_keys() -> Iterator[Pointer]:
    """What Tortoise itself writes as keys."""
    for table, model in _models().items():
        for field in model._meta.fields_map.values():
            if isinstance(field, ForeignKeyFieldInstance):
                yield Pointer(table, str(field.source_field), str(field.related_model._meta.db_table))


def _height(module: str) -> tuple[int, int]:
    """How far up the import arrow a module stands: its package, then its room; rooms beside each other are equal."""
    package, room, *_ = module.split(".")
    house, dealership = _layers("The house: whoever stands left may import what stands right"), []
    if package == "crm_core":
        dealership = _layers("Inside the dealership")
    return _place(house, package), _place(dealership, room) if dealership else 0


def _layers(name: str) -> list[set[str]]:
    contracts: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == name)
    return [{part.strip(" ()") for part in layer.split("|")} for layer in layers]


def _place(layers: list[set[str]], name: str) -> int:
    return next(len(layers) - place for place, layer in enumerate(layers) if name in layer)
