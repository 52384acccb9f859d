"""The how-to for dealers says what the code does."""

from typing import Final

import pytest

from app.embedded.state import REPOSITORY
from crm_core.imports.codes import REFUSING, WORDS, Code
from crm_core.imports.entities import BROUGHT, Entity
from crm_core.imports.field_words import FIELD_WORDS
from crm_core.imports.headers import REQUIRED

PAGE: Final = (REPOSITORY / "docs/how-to/import-data.zh-CN.md").read_text("utf-8")


def test_it_explains_every_code_among_its_own_kind():
    refused, _, taken = PAGE.partition("收下，请核对：")
    for code in Code:
        line = f"| `{code.value}` | {WORDS[code]} |\n"
        assert line in (refused if code in REFUSING else taken), code


@pytest.mark.parametrize("entity", BROUGHT)
def test_it_lists_every_column_a_sheet_may_have(entity: Entity):
    words = (f"**{word}**" if field in REQUIRED[entity] else word for field, word in FIELD_WORDS[entity].items())
    assert f"| {'、'.join(words)} |\n" in PAGE
