-- A place notes what its work needs, so that a later booking can seat it in another fitting bay to make room, and whether
-- it still takes bay and technician: once the car is in the workshop its repair order does.
-- old code: it names neither column, so both have defaults; a place it takes during the upgrade is seated as general work.
ALTER TABLE appointment_place ADD COLUMN bay_kind varchar(10) NOT NULL DEFAULT 'GENERAL';
UPDATE appointment_place p SET bay_kind = coalesce(
    (SELECT a.bay_kind FROM promised_time t JOIN appointment a ON t.about = 'appointment:' || a.id
     WHERE t.id = p.promised_time_id),
    (SELECT b.kind FROM bay b WHERE b.id = p.bay_id));
ALTER TABLE appointment_place ALTER COLUMN bay_id DROP NOT NULL;
ALTER TABLE appointment_place ADD COLUMN is_in_the_plan boolean NOT NULL DEFAULT true;
UPDATE appointment_place p SET is_in_the_plan = false, bay_id = NULL
FROM promised_time t JOIN appointment a ON t.about = 'appointment:' || a.id
WHERE t.id = p.promised_time_id AND a.state = 'CONVERTED';
ALTER TABLE appointment_place ADD CONSTRAINT place_in_the_plan_has_the_bay CHECK (is_in_the_plan OR bay_id IS NULL);
-- With an empty bay the range would be unbounded and meet every other.
ALTER TABLE appointment_place DROP CONSTRAINT place_bay_times_never_overlap;
ALTER TABLE appointment_place ADD CONSTRAINT place_bay_times_never_overlap
EXCLUDE USING gist (int8range(bay_id, bay_id, '[]') WITH &&, tstzrange(slot_at, ends_at) WITH &&)
WHERE (bay_id IS NOT NULL);
