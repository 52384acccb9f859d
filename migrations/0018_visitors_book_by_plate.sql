-- Somebody whose car nobody has seen yet books by plate and model; the desk reads the VIN when they come.
ALTER TABLE appointment ALTER COLUMN vehicle_id DROP NOT NULL;
ALTER TABLE appointment ADD COLUMN given_plate varchar(10) NOT NULL DEFAULT '';
ALTER TABLE appointment ALTER COLUMN given_plate DROP DEFAULT;
ALTER TABLE appointment ADD COLUMN given_model_id bigint REFERENCES vehicle_model(id);
ALTER TABLE appointment ADD CONSTRAINT appointment_names_a_car
    CHECK (vehicle_id IS NOT NULL OR (given_plate <> '' AND given_model_id IS NOT NULL));
ALTER TABLE appointment ADD CONSTRAINT appointment_received_with_its_car
    CHECK (state <> 'CONVERTED' OR vehicle_id IS NOT NULL);
