"""A request is answered before the arrival it is for."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

# Requests made before this rule had two hours, however soon the owner came.
SHORTEN = "UPDATE appointment SET confirm_by = starts_at WHERE state = 'REQUESTED' AND confirm_by > starts_at"


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0004_mini_program_push")]

    operations = [
        ops.RunSQL(SHORTEN, ""),
        ops.AddConstraint(
            model_name="Appointment",
            constraint=CheckConstraint(
                check="state <> 'REQUESTED' OR confirm_by <= starts_at", name="appointment_confirmed_before_it_starts"
            ),
        ),
    ]
