"""Goodwill above the manager's limit is agreed to by somebody above before it is sent."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

class Migration(migrations.Migration):
    dependencies = [("wedealer", "0018_stale_messages")]

    initial = False

    operations = [
        ops.AddField(
            model_name='Estimate',
            name='approved_by_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Estimate',
            name='goodwill_fen',
            field=fields.BigIntField(default=0),
        ),
        ops.AddField(
            model_name='Estimate',
            name='goodwill_hash',
            field=fields.CharField(default='', max_length=64),
        ),
        ops.AddConstraint(
            model_name='Estimate',
            constraint=CheckConstraint(check="state IN ('DRAFT', 'SUPERSEDED') OR goodwill_hash = '' OR approved_by_id IS NOT NULL", name='estimate_goodwill_is_approved'),
        ),
        ops.AddConstraint(
            model_name='Estimate',
            constraint=CheckConstraint(check='approved_by_id IS NULL OR approved_by_id <> made_by', name='estimate_goodwill_four_eyes'),
        ),
    ]
