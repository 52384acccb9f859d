-- A temporary plate (临时号牌) is good until a day. Whoever writes another plate, an import or a program too, takes the day
-- away with it.
ALTER TABLE vehicle ADD COLUMN plate_valid_until date;
CREATE FUNCTION vehicle_only_temporary_plates_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.plate_valid_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER vehicle_takes_off_a_temporary_plate BEFORE UPDATE ON vehicle FOR EACH ROW
    WHEN (NEW.plate_valid_until IS NOT NULL AND position('临' IN NEW.plate) = 0 AND position('临' IN OLD.plate) > 0)
    EXECUTE FUNCTION vehicle_only_temporary_plates_end();
ALTER TABLE vehicle ADD CONSTRAINT vehicle_only_temporary_plates_end
    CHECK (plate_valid_until IS NULL OR position('临' IN plate) > 0);
