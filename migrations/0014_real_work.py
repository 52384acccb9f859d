"""What counts as a visit: a wash does not, and history says of each visit whether it did."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

WASHES = "UPDATE service_item SET is_real_work = false WHERE code = 'WASH'"


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0013_search_parts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="ServiceItem",
            name="is_real_work",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="ServiceVisit",
            name="is_real_work",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.RunSQL(WASHES, reverse_sql=""),
    ]
