from app.create_tables import CreateTables
from app.add_fields import AddFields
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

# The minute's sweep looks at the open ones only.
OPEN_ROWS = """
CREATE INDEX send_batch_unfinished ON send_batch (id) WHERE state IN ('PENDING', 'CREATING', 'UNKNOWN', 'CREATED');
CREATE INDEX lost_call_open ON lost_call (id) WHERE ended_at IS NULL;
"""
NO_OPEN_ROWS = """
DROP INDEX send_batch_unfinished;
DROP INDEX lost_call_open;
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0016_owed")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name="LostCall",
                    fields=[
                        ("next_try_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                        ("tries", fields.IntField(default=0, db_default=0)),
                        ("trouble", fields.CharField(default="", db_default="", max_length=60)),
                        ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ("batch_id", fields.BigIntField()),
                        ("message_id", fields.CharField(default="", max_length=128)),
                        ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                    ],
                    options={
                        "table": "lost_call",
                        "app": "wedealer",
                        "unique_together": (("batch_id", "message_id"),),
                        "indexes": [Index(fields=["ended_at"])],
                        "pk_attr": "id",
                        "table_description": "A call for a batch's task that was given up, or a task of it that does not count: found, stopped, struck out.",
                    },
                    bases=["Paced"],
                ),
            ]
        ),
        AddFields(
            [
                ops.AddField(
                    model_name="SendBatch",
                    name="next_try_at",
                    field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ops.AddField(
                    model_name="SendBatch",
                    name="tries",
                    field=fields.IntField(default=0, db_default=0),
                ),
                ops.AddField(
                    model_name="SendBatch",
                    name="trouble",
                    field=fields.CharField(default="", db_default="", max_length=60),
                ),
            ]
        ),
        ops.RunSQL(OPEN_ROWS, NO_OPEN_ROWS),
    ]
