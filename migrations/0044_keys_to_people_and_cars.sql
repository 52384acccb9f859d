-- Deleting a person or a car asks every table that may refer to it. Where only some rows were in an index, or none, each
-- of the thousand cars that a step of an undo deletes was a look through the whole table.
CREATE INDEX idx_ownership_vehicle ON ownership (vehicle_id);
CREATE INDEX idx_binding_vehicle ON binding (vehicle_id);
CREATE INDEX idx_coupon_vehicle ON coupon (vehicle_id);
CREATE INDEX idx_survey_vehicle ON survey (vehicle_id);
CREATE INDEX idx_hand_over_vehicle ON hand_over (vehicle_id);
CREATE INDEX idx_declined_work_vehicle ON declined_work (vehicle_id);
CREATE INDEX idx_stock_car_vehicle ON stock_car (vehicle_id);
CREATE INDEX idx_authorised_person_vehicle ON authorised_person (vehicle_id);
CREATE INDEX idx_payment_customer ON payment (customer_id);
CREATE INDEX idx_refund_customer ON refund (customer_id);
CREATE INDEX idx_outside_movement_customer ON outside_movement (customer_id);
