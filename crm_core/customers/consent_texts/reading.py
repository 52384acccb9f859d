"""Which texts there are, and which one a person is shown."""

from datetime import date
from typing import Final

from crm_core.customers.consent_texts.rules import in_force
from crm_core.customers.consent_texts.shipped import SHIPPED, ConsentText
from crm_core.customers.models import Purpose
from foundation import clock
from foundation.reading import Query, derive, read_model


@read_model
class _Row:
    purpose: Purpose
    version: str
    title: str
    text: str
    effective_on: date


_PUBLISHED: Final = Query(_Row, "SELECT purpose, version, title, text, effective_on FROM consent_text ORDER BY id")


async def texts_of_group() -> list[ConsentText]:
    """Every text of every purpose, the shipped ones first, then as they were published."""
    return [*SHIPPED, *(derive(ConsentText, row) for row in await _PUBLISHED.all())]


async def current_texts() -> dict[Purpose, ConsentText]:
    """The text shown for each purpose today."""
    texts, today = await texts_of_group(), clock.today()
    return {purpose: in_force([each for each in texts if each.purpose is purpose], today) for purpose in Purpose}
