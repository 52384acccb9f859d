from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0003_guards")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name="MiniProgramPush",
                    fields=[
                        ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ("dedupe_key", fields.CharField(unique=True, max_length=120)),
                        ("event", fields.CharField(max_length=60)),
                        ("body", fields.TextField(unique=False)),
                        ("outcome", fields.CharField(max_length=10)),
                        ("taken_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                    ],
                    options={
                        "table": "mini_program_push",
                        "app": "wedealer",
                        "indexes": [Index(fields=["taken_at"])],
                        "pk_attr": "id",
                        "table_description": "A push of the mini-program that was taken; the same one again changes nothing.",
                    },
                    bases=["Model"],
                ),
            ]
        ),
        ops.DeleteModel(name="SubscribePush"),
    ]
