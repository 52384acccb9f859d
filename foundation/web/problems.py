"""Says what is wrong with a field, in Chinese and without its value, because pydantic's texts are for programmers."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

_WORDS: Final[Mapping[str, str]] = {
    "missing": "还没有填写",
    "extra_forbidden": "这里没有这一项",
    "string_type": "应为文字",
    "string_too_long": "最多 {max_length} 个字",
    "string_too_short": "至少 {min_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "list_type": "应为一组内容",
    "tuple_type": "应为一组内容",
    "set_type": "应为一组内容",
    "dict_type": "应为一组内容",
    "model_type": "应为一组内容",
    "model_attributes_type": "应为一组内容",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "multiple_of": "应为 {multiple_of} 的倍数",
    "literal_error": "不在可选的范围里",
    "enum": "不在可选的范围里",
    "union_tag_invalid": "不在可选的范围里",
    "union_tag_not_found": "还没有选择类型",
    "timezone_aware": "时间要带上时区",
}
_FAMILIES: Final = (
    ("int_", "应为整数"),
    ("float_", "应为数字"),
    ("decimal_", "应为数字"),
    ("finite_", "应为数字"),
    ("bool_", "应为是或否"),
    ("datetime_", "时间格式不对"),
    ("timezone_", "时间格式不对"),
    ("time_", "时间格式不对"),
    ("date_", "日期格式不对"),
    ("uuid_", "编号格式不对"),
    ("url_", "网址格式不对"),
)
_EMPTY: Final = "不能为空"
_OTHER: Final = "填写有误"


def fields_of(error: ValidationError) -> list[dict[str, str]]:
    """For each invalid field its path (`field`) and what is wrong with it (`problem`), never the value that was
    sent.
    """
    return [
        {"field": ".".join(str(part) for part in item["loc"]), "problem": _problem(item["type"], item.get("ctx", {}))}
        for item in error.errors(include_url=False, include_input=False)
    ]


def _problem(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return _own_words(facts.get("error"))
    if kind in ("string_too_short", "too_short") and facts.get("min_length") == 1:
        return _EMPTY
    if words := _WORDS.get(kind):
        return words.format_map({name: _number(value) for name, value in facts.items()})
    return next((words for start, words in _FAMILIES if kind.startswith(start)), _OTHER)


def _own_words(error: Any) -> str:
    """The sentence of one of our own checks; one that is not Chinese was meant for programmers and is replaced."""
    sentence = str(error).removesuffix("。")
    return sentence if any("\u4e00" <= character <= "\u9fff" for character in sentence) else _OTHER


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
