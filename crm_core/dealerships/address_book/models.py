"""Tables of WeCom's address book as last read, its rules, and proposals that were refused."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.address_book.rules import ProposalKind, RuleKind
from crm_core.dealerships.role import Role
from foundation.keys import Key
from foundation.owed import Paced
from foundation.table import Table


class PullState(StrEnum):
    """Where a reading stands."""

    RUNNING = "RUNNING"
    DONE = "DONE"


class DirectoryPull(Paced):
    """One reading of the whole book; `todo` are the departments still to read."""

    id = fields.BigIntField(primary_key=True)
    state = fields.CharEnumField(PullState, max_length=8)
    by_id = Key("staff", null=True)
    """Who asked for it; null for the nightly one."""
    todo: list[int] | None = fields.JSONField(null=True)
    """Null before the tree was read."""
    departments = fields.IntField(default=0)
    members = fields.IntField(default=0)
    started_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "directory_pull"
        constraints = (
            UniqueConstraint(fields=("state",), name="directory_pull_one_running", condition="state = 'RUNNING'"),
            CheckConstraint(check="(ended_at IS NULL) = (state = 'RUNNING')", name="directory_pull_end"),
        )


class DirectoryDepartment(Table):
    """A department by WeCom's number."""

    id = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=64)
    parent_id = fields.BigIntField()
    """WeCom's number of the one above; 0 of the root."""
    pull_id = Key("directory_pull")

    class Meta:
        table = "directory_department"


class DirectoryTag(Table):
    """A tag of the book by WeCom's number."""

    id = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=64)

    class Meta:
        table = "directory_tag"


class DirectoryMember(Table):
    """A member as last read."""

    id = fields.BigIntField(primary_key=True)
    userid = fields.CharField(max_length=64, unique=True)
    """In lower case."""
    name = fields.CharField(max_length=40)
    position = fields.CharField(max_length=64)
    departments: list[int] = fields.JSONField()
    tags: list[int] = fields.JSONField()
    is_there = fields.BooleanField()
    """False for whom the newest reading did not meet, or who is disabled."""
    pull_id = Key("directory_pull", null=True)
    read_at = fields.DatetimeField()

    class Meta:
        table = "directory_member"


class DirectoryRule(Table):
    """A department is a store; a position or a tag means a role."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(RuleKind, max_length=10)
    key = fields.CharField(max_length=64)
    """WeCom's number of the department or tag, or the position in its own words."""
    store_id = Key("store", null=True)
    role = fields.CharEnumField(Role, max_length=4, null=True)
    set_by_id = Key("staff")
    set_at = fields.DatetimeField()

    class Meta:
        table = "directory_rule"
        unique_together = (("kind", "key"),)
        constraints = (
            CheckConstraint(
                check="CASE WHEN kind = 'DEPARTMENT' THEN store_id IS NOT NULL AND role IS NULL "
                "ELSE role IS NOT NULL AND store_id IS NULL END",
                name="directory_rule_means_one_thing",
            ),
        )


class DirectoryRefusal(Table):
    """A difference somebody decided to leave; it is proposed again when it becomes another one."""

    id = fields.BigIntField(primary_key=True)
    userid = fields.CharField(max_length=64)
    kind = fields.CharEnumField(ProposalKind, max_length=8)
    fingerprint = fields.CharField(max_length=32)
    by_id = Key("staff")
    at = fields.DatetimeField()

    class Meta:
        table = "directory_refusal"
        unique_together = (("userid", "fingerprint"),)
        indexes = (Index(fields=("at",)),)
