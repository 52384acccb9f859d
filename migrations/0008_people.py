"""Phones keep their country, people keep what they call themselves beside the name on file."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0007_order_days")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Customer",
            name="phone",
            field=fields.CharField(null=True, max_length=16),
        ),
        ops.AddField(
            model_name="Customer",
            name="nickname",
            field=fields.CharField(null=True, max_length=50),
        ),
        ops.AddConstraint(
            model_name="Customer",
            constraint=CheckConstraint(
                check="phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$' AND phone !~ '^[+]86'",
                name="customer_phone_kept_form",
            ),
        ),
        ops.AddConstraint(
            model_name="Customer",
            constraint=CheckConstraint(check="name <> ''", name="customer_has_a_name"),
        ),
        ops.AlterField(
            model_name="Ownership",
            name="filed_phone",
            field=fields.CharField(default="", max_length=16),
        ),
        ops.AddConstraint(
            model_name="Ownership",
            constraint=CheckConstraint(
                check="filed_phone = '' OR filed_phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$'",
                name="ownership_filed_phone_kept_form",
            ),
        ),
    ]
