"""What was agreed to can be read again under its version."""

import pytest

from crm_core.customers.consent_texts import TEXTS, current_text, text_of
from crm_core.customers.models import Purpose


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_a_text_that_says_how_it_is_taken_back(purpose: Purpose):
    shown = current_text(purpose)
    assert text_of(purpose, shown.version) is shown
    assert any(word in shown.text for word in ("撤回", "关闭", "退订"))
    assert text_of(purpose, "never") is None


def test_no_version_of_a_purpose_has_two_texts():
    assert len({(text.purpose, text.version) for text in TEXTS}) == len(TEXTS)
