"""Money given back counts for nobody: coupons and campaigns keep what was undone."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0009_hand_over_ends")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Recipient",
            name="given_back_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddConstraint(
            model_name="Recipient",
            constraint=CheckConstraint(
                check="given_back_at IS NULL OR converted_at IS NULL", name="recipient_given_back_is_no_sale"
            ),
        ),
        ops.AddField(
            model_name="Redemption",
            name="cancelled_fen",
            field=fields.BigIntField(default=0),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(check="cancelled_fen BETWEEN 0 AND discount_fen", name="redemption_cancelled"),
        ),
    ]
