from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from crm_core.surveys.rules import ComplaintState
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0025_unread")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name="ComplaintStep",
                    fields=[
                        ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ("complaint_id", fields.BigIntField()),
                        ("action", fields.CharField(max_length=12)),
                        ("staff_id", fields.BigIntField(null=True)),
                        ("note", fields.CharField(max_length=300)),
                        ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                    ],
                    options={
                        "table": "complaint_step",
                        "app": "wedealer",
                        "indexes": [Index(fields=["complaint_id", "id"])],
                        "pk_attr": "id",
                        "table_description": "One step of a complaint in the words of whoever took it; never changed.",
                    },
                    bases=["Model"],
                ),
            ]
        ),
        ops.AlterModelOptions(
            name="Complaint",
            options={
                "table": "complaint",
                "app": "wedealer",
                "unique_together": (("about",),),
                "constraints": [
                    CheckConstraint(
                        check="acknowledged_by_id IS NULL OR advisor_id IS NULL OR acknowledged_by_id <> advisor_id",
                        name="complaint_not_by_its_subject",
                    )
                ],
                "indexes": [Index(fields=["store_id", "state"]), Index(fields=["customer_id"])],
                "pk_attr": "id",
                "table_description": "Something was not good; the clock runs from `opened_at`, or from `reopened_at`.",
            },
        ),
        ops.AlterField(
            model_name="Complaint",
            name="state",
            field=fields.CharEnumField(
                description="OPEN: OPEN\nACKNOWLEDGED: ACKNOWLEDGED\nPLANNED: PLANNED\nRESOLVED: RESOLVED\nVERIFIED: VERIFIED\nCLOSED: CLOSED",
                enum_type=ComplaintState,
                max_length=12,
            ),
        ),
        ops.AddField(
            model_name="Complaint",
            name="escalated_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Complaint",
            name="reopened_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
