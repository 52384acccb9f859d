from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0021_one_car_in_work_per_bay")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name="PhoneCall",
                    fields=[
                        ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ("message_id", fields.BigIntField(unique=True)),
                        ("customer_id", fields.BigIntField()),
                        ("store_id", fields.BigIntField()),
                        ("staff_id", fields.BigIntField()),
                        ("called_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ("note", fields.CharField(max_length=200)),
                    ],
                    options={
                        "table": "phone_call",
                        "app": "wedealer",
                        "constraints": [CheckConstraint(check="note <> ''", name="phone_call_says_what_came_of_it")],
                        "indexes": [Index(fields=["customer_id"])],
                        "pk_attr": "id",
                        "table_description": "Somebody told a person by phone what a message could not.",
                    },
                    bases=["Model"],
                ),
            ]
        ),
    ]
