from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0024_search_spelling")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name="Unread",
                    fields=[
                        ("next_try_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                        ("tries", fields.IntField(default=0, db_default=0)),
                        ("trouble", fields.CharField(default="", db_default="", max_length=60)),
                        ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ("kind", fields.CharField(max_length=20)),
                        ("key", fields.CharField(max_length=64)),
                        ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                    ],
                    options={
                        "table": "unread",
                        "app": "wedealer",
                        "unique_together": (("kind", "key"),),
                        "pk_attr": "id",
                        "table_description": "WeCom has something new to read that no other row stands for; gone once it was read.",
                    },
                    bases=["Paced"],
                ),
            ]
        ),
        ops.AddField(
            model_name="SendBatch",
            name="reminder_owed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
