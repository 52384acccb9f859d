"""An objection has an end, and the clock of a car that left runs without anybody remembering it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from crm_core.billing.rules import HandOverState, HowLeft

# Whoever had the key drove away: for hand-overs of before this rule the clock runs from there.
START_THE_CLOCK = """
UPDATE hand_over SET how_left = CASE WHEN left_at IS NULL THEN 'key' ELSE 'seen' END,
                     left_at = coalesce(left_at, offered_at, confirmed_at)
WHERE state <> 'NOT_READY'
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0008_people")]

    operations = [
        ops.AlterField(
            model_name="HandOver",
            name="state",
            field=fields.CharEnumField(enum_type=HandOverState, max_length=16),
        ),
        ops.AddField(
            model_name="HandOver",
            name="how_left",
            field=fields.CharEnumField(null=True, enum_type=HowLeft, max_length=10),
        ),
        ops.AddField(
            model_name="HandOver",
            name="resolution",
            field=fields.CharField(default="", max_length=200),
        ),
        ops.AddField(
            model_name="HandOver",
            name="settled_at",
            field=fields.DatetimeField(null=True),
        ),
        ops.AddField(
            model_name="HandOver",
            name="settled_by_id",
            field=fields.BigIntField(null=True),
        ),
        ops.RunSQL(START_THE_CLOCK, ""),
        ops.AddConstraint(
            model_name="HandOver",
            constraint=CheckConstraint(
                check="(state = 'SETTLED') = (settled_at IS NOT NULL) "
                "AND (state <> 'SETTLED' OR (resolution <> '' AND settled_by_id <> advisor_id))",
                name="hand_over_settled_by_another_with_words",
            ),
        ),
        ops.AddConstraint(
            model_name="HandOver",
            constraint=CheckConstraint(
                check="(left_at IS NULL) = (how_left IS NULL) AND (state = 'NOT_READY' OR left_at IS NOT NULL)",
                name="hand_over_clock_runs",
            ),
        ),
    ]
