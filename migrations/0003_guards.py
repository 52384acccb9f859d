"""Constraints Tortoise's models cannot say. Each is an invariant of the trade, held whatever the code does."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Two cars never stand in one bay at one time. Only core PostgreSQL is used: a one-element range stands for equality,
# since btree_gist is not in the embedded server.
BAY_TIMES_NEVER_OVERLAP = """
ALTER TABLE appointment_place ADD CONSTRAINT place_bay_times_never_overlap
EXCLUDE USING gist (int8range(bay_id, bay_id, '[]') WITH &&, tstzrange(slot_at, ends_at) WITH &&)
"""

# Facts and audit lines are written once.
APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER repair_event_append_only BEFORE UPDATE OR DELETE ON repair_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0002_jobs_queue")]

    operations = [
        ops.RunSQL(BAY_TIMES_NEVER_OVERLAP, "ALTER TABLE appointment_place DROP CONSTRAINT place_bay_times_never_overlap"),
        ops.RunSQL(APPEND_ONLY, "DROP FUNCTION refuse_change() CASCADE"),
    ]
