"""Tables of segments."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.table import Table


class Segment(Table):
    """分群: a saved definition; who belongs to it is evaluated anew each time."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    definition: dict[str, object] = fields.JSONField()
    """The tree of `definition.Group`."""
    store_ids: list[int] | None = fields.JSONField(null=True)
    """The stores whose customers it selects from; null means the whole group."""
    created_by = Key("staff")
    updated_by = Key("staff")
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    archived_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "segment"
        indexes = (Index(fields=("updated_at",)),)
        constraints = (CheckConstraint(check="name <> ''", name="segment_has_name"),)
