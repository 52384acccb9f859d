"""Who turned away from what they were sent, by which way; when a stop line paused a broadcast."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0011_directory")]

    initial = False

    operations = [
        ops.AddField(model_name="Broadcast", name="stopped_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="Recipient", name="complained_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="Recipient", name="unfriended_at", field=fields.DatetimeField(null=True)),
    ]
