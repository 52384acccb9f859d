"""A `Ref` names exactly one thing, and refuses texts that name none."""

import ast
import copy
import pickle
from collections.abc import Iterator
from typing import Final

import orjson
import pytest
from tortoise import Tortoise

from app.rooms import ROOT
from foundation import database
from foundation.refs import Ref

NO_TABLES: Final = {
    "job": "a line of a repair order, as its technician knows it",
    "pick_list": "the parts of a repair order",
}


def test_it_says_what_it_names_and_is_the_text_that_is_kept():
    ref = Ref("bill", 12)
    assert (ref, ref.kind, ref.number) == ("bill:12", "bill", 12)
    assert Ref.parse("bill:12") == ref
    assert orjson.dumps({"about": ref}) == b'{"about":"bill:12"}'


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda ref: pickle.loads(pickle.dumps(ref))])
def test_a_copy_is_the_same(copied):
    assert copied(Ref("bill", 12)) == "bill:12"
    assert isinstance(copied(Ref("bill", 12)), Ref)


@pytest.mark.parametrize(
    "text", ["", "bill", "bill:", "bill:0", "bill:-1", "bill:1:2", "bill:１", "Bill:1", "bill:x\n", ":1"]
)
def test_what_names_no_thing_is_refused(text: str):
    with pytest.raises(ValueError, match="names no thing"):
        Ref.parse(text)


@pytest.mark.parametrize("number", [0, -1, 10**19])
def test_a_number_no_row_has_is_refused(number: int):
    with pytest.raises(ValueError, match="names no thing"):
        Ref("bill", number)


@pytest.mark.usefixtures("database")
async def test_it_goes_into_a_column_as_text():
    assert await database.fetch_value("SELECT $1::text || '!'", Ref("bill", 12)) == "bill:12!"


@pytest.mark.usefixtures("migrated")
def test_every_kind_the_house_writes_is_a_table_or_stands_here():
    tables = {str(model._meta.db_table) for model in Tortoise.apps["wedealer"].values()}
    kinds = set(_kinds())
    assert len(kinds) > 10
    assert kinds - tables == set(NO_TABLES)


def _kinds() -> Iterator[str]:
    for package in ("crm_core", "campaigns", "bot", "console", "miniprogram_api", "partner_api"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Ref":
                    kind = node.args[0]
                    if isinstance(kind, ast.Name):
                        continue  # A parameter or a constant: whoever calls or sets it writes the word.
                    if ast.unparse(kind).endswith(".table_name"):
                        continue  # A list of settings asks its model for the name of its table.
                    assert isinstance(kind, ast.Constant), f"{file}:{node.lineno}"
                    yield str(kind.value)
