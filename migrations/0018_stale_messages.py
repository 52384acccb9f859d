from tortoise import migrations
from tortoise.migrations import operations as ops
from crm_core.messaging.models import MessageState
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0017_lost_calls")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Message",
            name="state",
            field=fields.CharEnumField(
                description="PENDING: PENDING\nSENDING: SENDING\nSENT: SENT\nFAILED: FAILED\nSKIPPED: SKIPPED\nUNKNOWN: UNKNOWN\nSTALE: STALE",
                enum_type=MessageState,
                max_length=8,
            ),
        ),
    ]
