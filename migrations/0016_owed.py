from app.add_fields import AddFields
from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields

# What is open is found each minute, however many rows are not.
OPEN_ROWS = """
CREATE INDEX inbox_message_unhandled ON inbox_message (id) WHERE handled_at IS NULL;
CREATE INDEX payment_notice_unhandled ON payment_notice (id) WHERE handled_at IS NULL;
CREATE INDEX friendship_unread ON friendship (external_userid) WHERE unread_since IS NOT NULL;
CREATE INDEX message_undelivered ON message (id) WHERE state IN ('PENDING', 'SENDING');
CREATE INDEX message_not_updated ON message (id) WHERE card_after IS NOT NULL AND card_updated_at IS NULL;
"""
NO_OPEN_ROWS = """
DROP INDEX inbox_message_unhandled;
DROP INDEX payment_notice_unhandled;
DROP INDEX friendship_unread;
DROP INDEX message_undelivered;
DROP INDEX message_not_updated;
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0015_notes_of_members")]

    initial = False

    operations = [
        AddFields(
            [
                ops.AddField(
                    model_name="ContactWay",
                    name="next_try_at",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="ContactWay",
                    name="tries",
                    field=fields.IntField(default=0, db_default=0),
                ),
                ops.AddField(
                    model_name="ContactWay",
                    name="trouble",
                    field=fields.CharField(default="", db_default="", max_length=60),
                ),
                ops.AddField(
                    model_name="Friendship",
                    name="next_try_at",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="Friendship",
                    name="tries",
                    field=fields.IntField(default=0, db_default=0),
                ),
                ops.AddField(
                    model_name="Friendship",
                    name="trouble",
                    field=fields.CharField(default="", db_default="", max_length=60),
                ),
                ops.AddField(
                    model_name="Friendship",
                    name="unread_since",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="InboxMessage",
                    name="next_try_at",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="InboxMessage",
                    name="tries",
                    field=fields.IntField(default=0, db_default=0),
                ),
                ops.AddField(
                    model_name="InboxMessage",
                    name="trouble",
                    field=fields.CharField(default="", db_default="", max_length=60),
                ),
                ops.AddField(
                    model_name="Message",
                    name="card_after",
                    field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
                ),
                ops.AddField(
                    model_name="Message",
                    name="next_try_at",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="Message",
                    name="tries",
                    field=fields.IntField(default=0, db_default=0),
                ),
                ops.AddField(
                    model_name="Message",
                    name="trouble",
                    field=fields.CharField(default="", db_default="", max_length=60),
                ),
                ops.AddField(
                    model_name="PaymentNotice",
                    name="next_try_at",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="PaymentNotice",
                    name="tries",
                    field=fields.IntField(default=0, db_default=0),
                ),
                ops.AddField(
                    model_name="PaymentNotice",
                    name="trouble",
                    field=fields.CharField(default="", db_default="", max_length=60),
                ),
            ]
        ),
        ops.RunSQL(OPEN_ROWS, NO_OPEN_ROWS),
    ]
