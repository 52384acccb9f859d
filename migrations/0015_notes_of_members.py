from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0014_real_work")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name="ProposedPhone",
                    fields=[
                        ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        (
                            "customer",
                            fields.ForeignKeyField(
                                "wedealer.Customer",
                                source_field="customer_id",
                                db_constraint=True,
                                to_field="id",
                                related_name=False,
                                on_delete=OnDelete.CASCADE,
                            ),
                        ),
                        (
                            "staff",
                            fields.ForeignKeyField(
                                "wedealer.Staff",
                                source_field="staff_id",
                                db_constraint=True,
                                to_field="id",
                                related_name=False,
                                on_delete=OnDelete.CASCADE,
                            ),
                        ),
                        ("phone", fields.CharField(max_length=16)),
                        ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                        ("decided_by_id", fields.BigIntField(null=True)),
                        ("is_accepted", fields.BooleanField(default=False)),
                    ],
                    options={
                        "table": "proposed_phone",
                        "app": "wedealer",
                        "unique_together": (("customer", "phone"),),
                        "constraints": [
                            CheckConstraint(
                                check="phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$'", name="proposed_phone_form"
                            ),
                            CheckConstraint(
                                check="decided_at IS NOT NULL OR NOT is_accepted", name="proposed_phone_decided"
                            ),
                        ],
                        "pk_attr": "id",
                        "table_description": "A number a member noted in WeCom beside the one on file: a proposal until a colleague decides.",
                    },
                    bases=["Model"],
                ),
            ]
        ),
        ops.AddField(
            model_name="Friendship",
            name="corp_tags",
            field=fields.JSONField(default=dict, db_default={}, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name="Friendship",
            name="remark",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
    ]
