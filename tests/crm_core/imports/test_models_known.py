"""Which model of the catalogue a text means."""

import pytest

from crm_core.imports.codes import Code
from crm_core.imports.models_known import Model, model_of

MODELS = (Model(1, "云帆x62.0t豪华"), Model(2, "云帆x62.0t精英"), Model(3, "云帆s51.5t豪华"))


@pytest.mark.parametrize(
    ("text", "model_id", "codes"),
    [
        ("云帆 X6 2.0T 豪华", 1, ()),
        ("云帆X62.0T豪华", 1, ()),
        ("X6豪华", 1, (Code.MODEL_GUESSED,)),
        ("X6", 99, (Code.MODEL_UNKNOWN,)),
        ("豪华", 99, (Code.MODEL_UNKNOWN,)),
        ("远航 Q3 1.4T", 99, (Code.MODEL_UNKNOWN,)),
        (None, 99, ()),
    ],
)
def test_equal_or_the_only_one_with_every_word(text: str | None, model_id: int, codes: tuple[Code, ...]):
    assert model_of(text, MODELS, 99) == (model_id, codes)
