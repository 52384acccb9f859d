"""What columns may be taken for, in words."""

import pytest

from crm_core.imports.entities import BROUGHT, Entity
from crm_core.imports.field_words import FIELD_WORDS
from crm_core.imports.headers import REQUIRED, fields_of


@pytest.mark.parametrize("entity", BROUGHT)
def test_what_a_sheet_needs_can_be_chosen_and_each_choice_is_a_field_of_it(entity: Entity):
    offered = set(FIELD_WORDS[entity])
    assert set(REQUIRED[entity]) <= offered <= fields_of(entity)


@pytest.mark.parametrize("entity", BROUGHT)
def test_no_two_choices_read_the_same(entity: Entity):
    words = list(FIELD_WORDS[entity].values())
    assert len(words) == len(set(words))
