"""A request about personal data must be answered within fifteen days."""

from datetime import date

from crm_core.privacy import rules
from crm_core.privacy.rules import PrivacyRequestKind
from tests import factories as make


def test_the_day_of_asking_does_not_count_and_days_are_ours():
    assert rules.due_on(make.slot(0, 5)) == date(2026, 12, 8)
    assert rules.due_on(make.slot(23, 55)) == date(2026, 12, 8)


def test_a_correction_says_what_is_wrong():
    assert [kind for kind in PrivacyRequestKind if rules.needs_words(kind)] == [PrivacyRequestKind.CORRECTION]
