-- A plate is an attribute with dates: the one a car wears stands with the car, those it wore before stand here. Whoever
-- writes a plate, an advisor, an import or another program, the database keeps the one it replaces.
CREATE TABLE past_plate (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    plate varchar(10) NOT NULL,
    until_on date NOT NULL,
    CONSTRAINT past_plate_is_one CHECK (plate <> '')
);
CREATE INDEX past_plate_of_vehicle ON past_plate (vehicle_id, id);
CREATE INDEX past_plate_plate ON past_plate (plate);

CREATE FUNCTION vehicle_keeps_its_plates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Business time, which the demo moves; where nobody moved it, it is the wall's.
    INSERT INTO past_plate (vehicle_id, plate, until_on)
    SELECT OLD.id, OLD.plate,
           ((clock_timestamp() + coalesce((SELECT max(offset_seconds) FROM clock_offset), 0) * interval '1 second')
            AT TIME ZONE 'Asia/Shanghai')::date;
    RETURN NULL;
END $$;
-- Where the number goes too, a person is being erased: then nothing of the plate may stay.
CREATE TRIGGER vehicle_changes_its_plate AFTER UPDATE OF plate ON vehicle FOR EACH ROW
    WHEN (OLD.plate <> '' AND NEW.plate IS DISTINCT FROM OLD.plate AND NEW.vin = OLD.vin) EXECUTE FUNCTION vehicle_keeps_its_plates();
