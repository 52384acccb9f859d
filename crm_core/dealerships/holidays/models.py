"""Tables of the yearly notices and their days."""

from enum import StrEnum

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from foundation.keys import Key
from foundation.table import Table


class HolidayNotice(Table):
    """The State Council's notice about one year. Without `published_on` it is awaited: the year is not known yet."""

    id = fields.BigIntField(primary_key=True)
    year = fields.SmallIntField()
    source = fields.CharField(max_length=80, default="", db_default="")
    """What the notice is called, so that anybody can compare it."""
    published_on = fields.DateField(null=True)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "holiday_notice"
        constraints = (
            UniqueConstraint(fields=("year",), name="holiday_notice_year"),
            CheckConstraint(check="year BETWEEN 2020 AND 2100", name="holiday_notice_is_of_a_year"),
            CheckConstraint(check="(published_on IS NULL) = (source = '')", name="holiday_notice_names_its_source"),
        )


class HolidayKind(StrEnum):
    """What the days are."""

    OFF = "OFF"
    WORK = "WORK"


class Holiday(Table):
    """Days off in a row, or days that are worked to make up for them. No day stands in two that are in use."""

    id = fields.BigIntField(primary_key=True)
    notice_id = Key("holiday_notice")
    kind = fields.CharEnumField(HolidayKind, max_length=4)
    name = fields.CharField(max_length=10)
    """Which holiday: 国庆节, also of the days that are worked for it."""
    first_on = fields.DateField()
    last_on = fields.DateField()
    is_quiet = fields.BooleanField(default=False, db_default=False)
    """Whether nobody is sent marketing on these days off."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "holiday"
        constraints = (
            CheckConstraint(check="first_on <= last_on AND last_on < first_on + 16", name="holiday_days"),
            CheckConstraint(check="NOT is_quiet OR kind = 'OFF'", name="holiday_quiet_is_off"),
        )
