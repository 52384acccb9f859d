"""More of an approved coupon waits for approval; a discount of nothing is none."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

# What was counted as a discount and took nothing off; the coupons stay as they were used.
NO_EMPTY_DISCOUNTS = "DELETE FROM bill_discount WHERE discount_fen = 0"
STOCK_WITHIN_BOUNDS = "UPDATE coupon_template SET quota = greatest(issued_count, 10000000) WHERE quota > 10000000"


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0005_confirmed_in_time")]

    initial = False

    operations = [
        ops.RunSQL(f"{NO_EMPTY_DISCOUNTS}; {STOCK_WITHIN_BOUNDS}", ops.RunSQL.noop),
        ops.RemoveConstraint(
            model_name="BillDiscount",
            name="bill_discount_amount",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="BillDiscount",
            constraint=CheckConstraint(check="discount_fen > 0", name="bill_discount_takes_something_off"),
        ),
        ops.AddField(
            model_name="CouponTemplate",
            name="asked_ends_on",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="CouponTemplate",
            name="asked_quota",
            field=fields.IntField(null=True),
        ),
        ops.AddConstraint(
            model_name="CouponTemplate",
            constraint=CheckConstraint(
                check="quota <= 10000000 AND (asked_quota IS NULL OR asked_quota BETWEEN quota AND 10000000)",
                name="coupon_template_stock_is_bounded",
            ),
        ),
    ]
