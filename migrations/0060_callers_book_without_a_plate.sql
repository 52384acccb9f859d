-- The desk books strangers on the phone, who may not know the plate or whose car has none yet. On the day they are known
-- by name and phone; what the work needs (bay, time, prices) depends on the model alone, so the model stays required.
-- old code: it wrote plate and model for every car that is not on file, which the wider rule accepts, and reads an empty
-- plate as that of a new car.
ALTER TABLE appointment DROP CONSTRAINT appointment_names_a_car;
ALTER TABLE appointment ADD CONSTRAINT appointment_names_a_car CHECK (vehicle_id IS NOT NULL OR given_model_id IS NOT NULL);
