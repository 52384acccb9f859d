from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0010_money_given_back")]

    initial = False

    operations = [
        ops.AddField(
            model_name="InboxMessage",
            name="waits_for",
            field=fields.CharField(default="", max_length=64),
        ),
        ops.AddIndex(
            model_name="InboxMessage",
            index=Index(fields=["waits_for"]),
        ),
        ops.AddField(
            model_name="Staff",
            name="directory_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
