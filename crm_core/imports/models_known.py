"""Which model of the catalogue a text means. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crm_core.imports.codes import Code

_WORDS: Final = re.compile(r"[a-z0-9.]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Model:
    """A model of the catalogue, with the text it is found by."""

    id: int
    name: str
    """Series and trim without blanks, in lower case."""


def model_of(text: str | None, models: Sequence[Model], other_id: int) -> tuple[int, tuple[Code, ...]]:
    """Equal without blanks; else the only one that holds every word of it; else 其他车型."""
    if not text:
        return other_id, ()
    wanted = "".join(text.split()).lower()
    for model in models:
        if model.name == wanted:
            return model.id, ()
    words = _WORDS.findall(text.lower())
    fitting = [model for model in models if words and all(word in model.name for word in words)]
    if len(fitting) == 1:
        return fitting[0].id, (Code.MODEL_GUESSED,)
    return other_id, (Code.MODEL_UNKNOWN,)
