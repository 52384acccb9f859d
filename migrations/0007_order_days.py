"""Whoever was at a store in the last days is found without reading every repair order."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0006_more_is_approved")]

    initial = False

    operations = [
        ops.AddIndex(model_name="RepairOrder", index=Index(fields=["opened_at"])),
        ops.AddIndex(model_name="RepairOrder", index=Index(fields=["delivered_at"])),
    ]
