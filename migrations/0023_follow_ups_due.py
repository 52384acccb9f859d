"""Follow-ups that are due: who makes the next contact, and when it was made."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0022_phone_calls")]

    initial = False

    operations = [
        ops.AddField(model_name="FollowUp", name="done_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="FollowUp", name="keeper_id", field=fields.BigIntField(null=True)),
        # What was promised before and never came back, comes back to who noted it.
        ops.RunSQL("UPDATE follow_up SET keeper_id = staff_id WHERE next_at IS NOT NULL", "SELECT 1"),
        ops.AddIndex(model_name="FollowUp", index=Index(fields=["keeper_id", "next_at"])),
        ops.AddConstraint(
            model_name="FollowUp",
            constraint=CheckConstraint(
                check="(next_at IS NULL) = (keeper_id IS NULL)", name="follow_up_due_has_keeper"
            ),
        ),
        ops.AddConstraint(
            model_name="FollowUp",
            constraint=CheckConstraint(check="done_at IS NULL OR next_at IS NOT NULL", name="follow_up_done_was_due"),
        ),
    ]
