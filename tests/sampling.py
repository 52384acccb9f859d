"""A valid value for any schema of the OpenAPI document, with ids of things that exist."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Final

from hypothesis import find
from hypothesis import strategies as st

from foundation import clock
from tests.world import is_id

Pick = Callable[[str], int | None]
"""The id for a parameter of this name, if a thing of its kind is there."""
_WORDS: Final = "说明一下"


@dataclass(frozen=True)
class Sampler:
    """Values of the schemas of one document."""

    schemas: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    """Values by name or by pattern, where the schema says too little; they are sent where they are optional, too."""

    def value(self, name: str, schema: Any, pick: Pick) -> Any:
        """A value that the schema allows; for an object only the required fields and those that are given."""
        for key in (name, schema.get("pattern")):
            if key in self.given:
                return self.given[key]
        if reference := schema.get("$ref"):
            return self.value(name, self.schemas[reference.rsplit("/", 1)[-1]], pick)
        if several := schema.get("anyOf") or schema.get("oneOf"):
            return self.value(name, several[0], pick)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        return self._of_type(name, schema, pick)

    def _of_type(self, name: str, schema: Any, pick: Pick) -> Any:
        match schema.get("type"):
            case "object":
                wanted = {*schema.get("required", ()), *self.given}
                properties = schema.get("properties", {})
                return {each: self.value(each, inner, pick) for each, inner in properties.items() if each in wanted}
            case "array":
                is_filled = is_id(name) or schema.get("minItems", 0) > 0
                return [self.value(name, schema.get("items", {}), pick)] if is_filled else []
            case "integer" | "number":
                least = max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
                return (pick(name) if is_id(name) else None) or least
            case "boolean":
                return True
            case "string":
                return _text(schema)
        return None


def _text(schema: Any) -> str:
    match schema.get("format"):
        case "date":
            return clock.today().isoformat()
        case "time":
            return "10:00:00"
        case "date-time":
            return (clock.now() + timedelta(days=1)).isoformat()
    if pattern := schema.get("pattern"):
        return _matching(pattern)
    least: int = schema.get("minLength", 0)
    most: int = schema.get("maxLength", len(_WORDS))
    return (_WORDS * (least // len(_WORDS) + 1))[: max(least, min(most, len(_WORDS)))]


@cache
def _matching(pattern: str) -> str:
    return str(find(st.from_regex(pattern, fullmatch=True), lambda text: bool(text) or pattern.startswith("^$")))
