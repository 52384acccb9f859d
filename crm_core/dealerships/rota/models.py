"""Tables of teams, shifts, absences, certificates and closed bays."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.models import Bay, Staff, Store
from foundation.keys import Key
from foundation.table import Table


class AbsenceKind(StrEnum):
    """Why somebody is away."""

    LEAVE = "LEAVE"
    SICK = "SICK"
    TRAINING = "TRAINING"
    OTHER = "OTHER"


class Team(Table):
    """班组."""

    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("wedealer.Store", related_name=False)
    store_id: int
    name = fields.CharField(max_length=20)
    leader_id = Key("staff", null=True)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "team"
        constraints = (UniqueConstraint(fields=("store_id", "name"), name="team_once"),)


class Shift(Table):
    """Weekdays ("0" is Monday) and hours on which somebody works."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    weekdays: list[str] = fields.JSONField()
    starts_minute = fields.IntField()
    ends_minute = fields.IntField()
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "shift"
        indexes = (Index(fields=("staff_id",)),)
        constraints = (
            CheckConstraint(
                check="0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="shift_hours"
            ),
            CheckConstraint(check="jsonb_array_length(weekdays) > 0", name="shift_has_days"),
        )


class StaffAbsence(Table):
    """Days on which somebody is away, both included. No two of one person overlap (an exclusion in SQL): whoever comes
    back early shortens the one there is.
    """

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    first_on = fields.DateField()
    last_on = fields.DateField()
    kind = fields.CharEnumField(AbsenceKind, max_length=10)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "staff_absence"
        indexes = (Index(fields=("staff_id", "last_on")),)
        constraints = (CheckConstraint(check="first_on <= last_on", name="staff_absence_days"),)


class Certificate(Table):
    """A paper somebody holds; with a `skill` it is what that skill rests on."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("wedealer.Staff", related_name=False)
    staff_id: int
    name = fields.CharField(max_length=30)
    skill = fields.CharField(max_length=10, default="")
    """A `BayKind`, or empty."""
    number = fields.CharField(max_length=40, default="")
    valid_until = fields.DateField()
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "certificate"
        indexes = (Index(fields=("staff_id",)),)


class BayClosure(Table):
    """Days on which a bay cannot be used, both included."""

    id = fields.BigIntField(primary_key=True)
    bay: fields.ForeignKeyRelation[Bay] = fields.ForeignKeyField("wedealer.Bay", related_name=False)
    bay_id: int
    first_on = fields.DateField()
    last_on = fields.DateField()
    reason = fields.CharField(max_length=40, default="")
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "bay_closure"
        indexes = (Index(fields=("bay_id", "last_on")),)
        constraints = (CheckConstraint(check="first_on <= last_on", name="bay_closure_days"),)
