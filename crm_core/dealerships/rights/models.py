"""Tables of changed rights and of deputies."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.role import Role
from foundation.keys import Key
from foundation.table import Table


class RightChange(Table):
    """One cell of the table that a group has changed; ended when it is changed again or taken back."""

    id = fields.BigIntField(primary_key=True)
    action = fields.CharField(max_length=60)
    role = fields.CharEnumField(Role, max_length=4)
    reach = fields.CharField(max_length=5)
    """`SELF`, `TEAM`, `STORE`, or empty: the role may not do it."""
    reason = fields.CharField(max_length=200)
    set_by_id = Key("staff")
    set_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_by_id = Key("staff", null=True)

    class Meta:
        table = "right_change"
        constraints = (
            UniqueConstraint(fields=("action", "role"), name="right_change_one_stands", condition="ended_at IS NULL"),
            CheckConstraint(check="reach IN ('', 'SELF', 'TEAM', 'STORE')", name="right_change_reach"),
            CheckConstraint(check="(ended_at IS NULL) = (ended_by_id IS NULL)", name="right_change_end"),
        )


class Deputy(Table):
    """代理人: `deputy_id` acts for `staff_id` from one day to another, both included."""

    id = fields.BigIntField(primary_key=True)
    staff_id = Key("staff")
    deputy_id = Key("staff")
    first_on = fields.DateField()
    last_on = fields.DateField()
    named_by_id = Key("staff")
    named_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    """When it was taken back."""

    class Meta:
        table = "deputy"
        indexes = (Index(fields=("deputy_id", "last_on")), Index(fields=("staff_id", "last_on")))
        constraints = (
            CheckConstraint(check="staff_id <> deputy_id", name="deputy_two_people"),
            CheckConstraint(check="first_on <= last_on", name="deputy_days"),
        )
