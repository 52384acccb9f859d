"""The table of published consent texts."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.customers.consent_texts.rules import LONGEST_TEXT, LONGEST_TITLE
from crm_core.customers.models import Purpose
from foundation.keys import Key
from foundation.table import Table


class PublishedConsentText(Table):
    """A text the group published after the shipped one. Rows are only added: somebody may have agreed to each."""

    id = fields.BigIntField(primary_key=True)
    purpose = fields.CharEnumField(Purpose, max_length=20)
    version = fields.CharField(max_length=20)
    """What the consent ledger names it by."""
    title = fields.CharField(max_length=LONGEST_TITLE)
    text = fields.CharField(max_length=LONGEST_TEXT)
    effective_on = fields.DateField()
    reason = fields.CharField(max_length=200)
    published_by_id = Key("staff")
    published_at = fields.DatetimeField()

    class Meta:
        table = "consent_text"
        constraints = (
            UniqueConstraint(fields=("purpose", "version"), name="consent_text_version"),
            CheckConstraint(check="title <> '' AND text <> ''", name="consent_text_says_something"),
            CheckConstraint(check="reason <> ''", name="consent_text_says_why"),
        )
