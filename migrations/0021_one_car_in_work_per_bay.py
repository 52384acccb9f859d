"""Whatever was planned, two cars are never worked on in one bay at once."""

from tortoise import migrations
from tortoise.migrations import operations as ops

ONE_CAR_IN_WORK_PER_BAY = """
CREATE FUNCTION bay_works_on_one_car() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM bay WHERE id = NEW.bay_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM repair_line l
        WHERE l.bay_id = NEW.bay_id AND l.repair_order_id <> NEW.repair_order_id AND l.state = 'WORKING')
    THEN
        RAISE EXCEPTION 'bay % is at work on another car', NEW.bay_id USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_begun_in_bay AFTER UPDATE ON repair_line FOR EACH ROW
    WHEN (NEW.state = 'WORKING' AND NEW.bay_id IS NOT NULL
          AND (OLD.state, OLD.bay_id) IS DISTINCT FROM (NEW.state, NEW.bay_id))
    EXECUTE FUNCTION bay_works_on_one_car();
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0020_outside_movements")]

    operations = [ops.RunSQL(ONE_CAR_IN_WORK_PER_BAY, "DROP FUNCTION bay_works_on_one_car() CASCADE")]
