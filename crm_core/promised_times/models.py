"""The table of promised times."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from foundation.keys import Key
from foundation.personal import WORKSHOP_RECORD, Emptied, Moved, Personal, Withheld
from foundation.table import Table


class PromisedTime(Table):
    """Who is expected where and when. Rows for what the time takes refer to it and are deleted with it by the
    database.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=20)
    """The kind of thing that promises it: `appointment`."""
    about: str | None = fields.CharField(max_length=40, null=True, unique=True)  # type: ignore[assignment]
    """The thing, `appointment:5`; null while the time is only held."""
    store_id = Key("store")
    customer_id = Key("customer")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    held_until = fields.DatetimeField(null=True)
    """Until when it is held while the booking is filled in; null once promised."""

    personal = Personal(
        Moved(unique_on=("kind",), live="held_until IS NOT NULL"),
        Withheld("what was promised is shown with its thing"),
        WORKSHOP_RECORD,
        erase=Emptied(),
        over="t.ends_at",
    )

    class Meta:
        table = "promised_time"
        indexes = (
            Index(fields=("store_id", "starts_at")),
            Index(fields=("customer_id",)),
            Index(fields=("held_until",)),
        )
        constraints = (
            CheckConstraint(check="ends_at > starts_at", name="promised_time_has_length"),
            CheckConstraint(check="(held_until IS NULL) <> (about IS NULL)", name="promised_time_is_held_or_promised"),
            CheckConstraint(
                check="about IS NULL OR split_part(about, ':', 1) = kind", name="promised_time_is_of_its_kind"
            ),
            UniqueConstraint(
                fields=("customer_id", "kind"),
                name="promised_time_one_hold_per_customer",
                condition="held_until IS NOT NULL",
            ),
        )
