"""The table of segments that carry a tag."""

from tortoise import fields

from foundation.keys import Key
from foundation.table import Table


class TagRule(Table):
    """A segment carries a tag."""

    id = fields.BigIntField(primary_key=True)
    segment_id = Key("segment", unique=True)
    tag_id = Key("tag", unique=True)
    set_by_id = Key("staff")
    set_at = fields.DatetimeField()
    ran_at = fields.DatetimeField(null=True)
    """When its people were last compared; null before the first time."""
    people = fields.IntField(default=0, db_default=0)
    """In the segment then."""
    put_on = fields.IntField(default=0, db_default=0)
    """Who got the tag by it then."""
    taken_off = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "tag_rule"
