"""How the rows of a statement become read models, and which statements are refused."""

import dataclasses
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from pydantic import TypeAdapter, ValidationError

from foundation.reading import ColumnsDiffer, JsonQuery, Query, as_json, derive, fetch_as, listed, literals, read_model


class Light(StrEnum):
    RED = "RED"
    GREEN = "GREEN"
    ODD = "IT'S"


@read_model
class Part:
    number: str
    at: datetime


@read_model
class Thing:
    id: int
    light: Light
    on: date | None
    parts: list[Part]
    ids: list[int]
    best: Part | None


@read_model
class Told:
    id: int
    light: Light
    word: str


# Looked at by the test of all queries too, like every other.
_PARTS = "(VALUES (1, 'b', timestamptz '2026-11-26 00:00+00'), (2, 'a', '2026-11-25 00:00+00')) p(id, number, at)"
_THINGS = Query(
    Thing,
    f"""
    SELECT array[3, 4] AS ids, 7::bigint AS id, 'RED'::text AS light, NULL::date AS on,
           (SELECT {listed(Part, "p", order="p.number")} FROM {_PARTS}) AS parts,
           (SELECT {as_json(Part, "p")} FROM {_PARTS} WHERE p.id = $1) AS best
    """,
)
_PART = JsonQuery(Part, f"SELECT {as_json(Part, 'p')}::text FROM {_PARTS} WHERE p.id = $1")


async def test_columns_become_fields_by_name_whatever_their_order(database: None) -> None:
    early, late = datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC)
    assert await _THINGS.first(1) == Thing(
        7, Light.RED, None, parts=[Part("a", early), Part("b", late)], ids=[3, 4], best=Part("b", late)
    )
    [thing] = await _THINGS.all(5)
    assert thing.best is None


async def test_no_row_is_none(database: None) -> None:
    assert await _PART.first(5) is None


async def test_a_document_of_the_database_is_the_read_model(database: None) -> None:
    text = await _PART.first(2)
    assert text is not None
    assert TypeAdapter(Part).validate_json(text).number == "a"


async def test_a_value_no_state_knows_is_refused(database: None) -> None:
    with pytest.raises(ValueError, match="BLUE"):
        await fetch_as(Told, "SELECT 1 AS id, 'BLUE' AS light, '' AS word")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 1 AS id, 'RED' AS ligth, '' AS word", "Told: no column light; no field ligth"),
        ("SELECT 1 AS id, 'RED' AS light, '' AS word, 2 AS phone", "Told: no field phone"),
    ],
)
async def test_a_misspelt_or_needless_column_is_told_by_name(database: None, sql: str, told: str) -> None:
    with pytest.raises(ColumnsDiffer, match=told):
        await fetch_as(Told, sql)


def test_a_field_that_json_shall_have_and_the_model_has_not_is_told_at_import() -> None:
    with pytest.raises(ColumnsDiffer, match="Part: no field numbr"):
        as_json(Part, "p", numbr="p.number")


def test_a_read_model_cannot_be_changed_and_takes_nothing_it_does_not_name() -> None:
    told = Told(1, Light.RED, "")
    with pytest.raises(dataclasses.FrozenInstanceError):
        told.id = 2  # type: ignore[misc]
    with pytest.raises(ValidationError, match="phone"):
        TypeAdapter(Told).validate_python({"id": 1, "light": "RED", "word": "", "phone": "1"})


def test_what_is_derived_has_the_shared_fields_and_what_is_given_beside_them() -> None:
    thing = Thing(7, Light.RED, None, [], [], None)
    assert derive(Told, thing, word="hello") == Told(7, Light.RED, "hello")
    assert derive(Told, thing, word="", light=Light.GREEN).light is Light.GREEN
    with pytest.raises(TypeError, match="word"):
        derive(Told, thing)
    with pytest.raises(TypeError, match="phone"):
        derive(Told, thing, word="", phone="1")


def test_an_answer_has_the_fields_of_its_shape_and_no_more() -> None:
    """An endpoint that returns an object with more fields by mistake does not send undocumented ones."""

    @read_model
    class WithPhone(Told):
        phone: str

    shown = TypeAdapter(Told).dump_json(WithPhone(1, Light.RED, "", "13800000000"))
    assert shown == b'{"id":1,"light":"RED","word":""}'


def test_states_are_written_in_one_order_and_quoted() -> None:
    assert literals(Light.RED, Light.GREEN) == "'GREEN', 'RED'"
    assert literals(Light.ODD) == "'IT''S'"
