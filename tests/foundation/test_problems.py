"""A wrong field is explained in Chinese, whatever is wrong with it, and without the value that was sent."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, get_args

import pytest
from pydantic import Field, TypeAdapter, ValidationError, field_validator
from pydantic_core.core_schema import ErrorType

from app.wiring import wire
from foundation.web import Api, Day, Moment, Schema
from foundation.web.api import _body
from foundation.web.problems import _problem, fields_of

wire()


class _Colour(StrEnum):
    RED = "RED"


class _Form(Schema):
    name: str = Field(default="张伟", min_length=1, max_length=3)
    code: str = Field(default="1", pattern=r"^\d$")
    day: Day = date(2026, 11, 23)
    at: Moment | None = None
    count: int = Field(default=1, ge=1, le=1000)
    share: Decimal = Field(default=Decimal(1), gt=0)
    colour: _Colour = _Colour.RED
    kind: Literal["a", "b"] = "a"
    rows: list[int] = Field(default=[1], min_length=1, max_length=2)
    is_set: bool = True
    own: str = ""

    @field_validator("own")
    @classmethod
    def _own(cls, value: str) -> str:
        if value:
            raise ValueError("这一项先不要填。")
        return value


def _told(**sent: Any) -> str:
    with pytest.raises(ValidationError) as refusal:
        _Form.model_validate(sent)
    (field,) = fields_of(refusal.value)
    return field["problem"]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"name": ""}, "不能为空"),
        ({"name": "四个字的"}, "最多 3 个字"),
        ({"name": 1}, "应为文字"),
        ({"code": "secret-value"}, "格式不对"),
        ({"day": "2026-13-01"}, "日期格式不对"),
        ({"at": "2026-11-23T09:00:00"}, "时间要带上时区"),
        ({"at": "soon"}, "时间格式不对"),
        ({"count": 0}, "不能小于 1"),
        ({"count": 2000}, "不能大于 1,000"),
        ({"count": "many"}, "应为整数"),
        ({"share": "0"}, "应大于 0"),
        ({"colour": "BLUE"}, "不在可选的范围里"),
        ({"kind": "c"}, "不在可选的范围里"),
        ({"rows": []}, "不能为空"),
        ({"rows": [1, 2, 3]}, "最多 2 项"),
        ({"is_set": "perhaps"}, "应为是或否"),
        ({"own": "x"}, "这一项先不要填"),
        ({"more": 1}, "这里没有这一项"),
    ],
)
def test_a_wrong_field_says_in_chinese_what_is_wrong(sent, problem):
    assert _told(**sent) == problem


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_error_pydantic_knows_is_told_in_english(kind):
    problem = _problem(kind, dict.fromkeys(("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"), 2))
    assert not any(character.isascii() and character.isalpha() for character in problem)


def test_no_door_asks_a_person_for_a_pattern_in_what_they_type_by_hand():
    """Phones, plates, VINs and names are read in any spelling; a pattern would refuse before the reader is asked."""
    for endpoint in Api.registry:
        shapes = [shape for shape in (endpoint.body, endpoint.query) if shape is not None]
        for name, schema in (pair for shape in shapes for pair in _properties(shape)):
            if any(word in name for word in ("phone", "plate", "vin", "name")):
                assert "pattern" not in schema, f"{endpoint.path} {name}"


def _properties(shape: Any) -> list[tuple[str, Any]]:
    return list(TypeAdapter(shape).json_schema().get("properties", {}).items())


@pytest.mark.parametrize(
    "sent",
    [
        {"count": True}, {"count": "5"}, {"count": 1.0}, {"is_set": 1}, {"is_set": "yes"}, {"name": 5},
        {"at": 1763868600}, {"day": 20000}, {"rows": [False]}, {"rows": {"0": 1}}, {"share": True}, {"colour": 0},
    ],
)  # fmt: skip
def test_nothing_that_is_sent_is_taken_for_something_else(sent: dict[str, Any]):
    with pytest.raises(ValidationError):
        _body(_Form, sent)


def test_what_json_writes_as_text_is_read_from_it():
    sent = {"day": "2026-11-24", "at": "2026-11-23T09:30:00+08:00", "share": "0.5", "colour": "RED", "count": 5}
    kept = _body(_Form, sent)
    assert kept.model_dump(include={"day", "share", "colour", "count"}) == {
        "day": date(2026, 11, 24), "share": Decimal("0.5"), "colour": _Colour.RED, "count": 5,
    }  # fmt: skip
