"""The table of quiet hours."""

from enum import StrEnum

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from foundation.keys import Key
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer
from foundation.table import Table


class QuietSource(StrEnum):
    """Where they said it."""

    MINI_PROGRAM = "MINI_PROGRAM"
    """They set it themselves."""
    PHONE = "PHONE"
    WECOM = "WECOM"
    AT_STORE = "AT_STORE"


class QuietHours(Table):
    """A span of each day at which a customer does not wish to be written to. It is ended, never changed."""

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    starts_minute = fields.SmallIntField()
    """Minutes after midnight in Shanghai."""
    ends_minute = fields.SmallIntField()
    """Excluded; not after the start if the span goes over midnight."""
    source = fields.CharEnumField(QuietSource, max_length=12)
    noted_by_id = Key("staff", null=True)
    """Who of the staff noted it; null when they set it themselves."""
    since = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = Key("staff", null=True)
    """Who of the staff ended it; null when they did it themselves."""

    personal = Personal(
        Moved(unique_on=("starts_minute", "ends_minute"), live="ended_at IS NULL"),
        Shown(
            "免打扰时段",
            {"hours": "时段", "said": "怎么说的", "since": "从", "ended_at": "到"},
            {
                "hours": "to_char(make_interval(mins => t.starts_minute), 'HH24:MI') || '–' "
                "|| to_char(make_interval(mins => t.ends_minute), 'HH24:MI')",
                "said": "CASE t.source WHEN 'MINI_PROGRAM' THEN '小程序' WHEN 'PHONE' THEN '电话' "
                "WHEN 'WECOM' THEN '企业微信' ELSE '到店' END",
            },
        ),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "quiet_hours"
        constraints = (
            UniqueConstraint(
                fields=("customer_id", "starts_minute", "ends_minute"),
                name="quiet_hours_once",
                condition="ended_at IS NULL",
            ),
            CheckConstraint(
                check="starts_minute BETWEEN 0 AND 1439 AND ends_minute BETWEEN 0 AND 1439 "
                "AND starts_minute <> ends_minute",
                name="quiet_hours_are_minutes",
            ),
            CheckConstraint(
                check="(source = 'MINI_PROGRAM') = (noted_by_id IS NULL)", name="quiet_hours_are_noted_by_somebody"
            ),
            CheckConstraint(check="ended_at IS NOT NULL OR ended_by_id IS NULL", name="quiet_hours_ended"),
        )
