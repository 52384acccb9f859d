-- When a car's insurance and its inspection mark run out, who said so and when; and the number owners call an advisor on.
ALTER TABLE vehicle ADD COLUMN inspection_ends_on date;

CREATE TABLE expiry_record (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    kind varchar(10) NOT NULL,
    ends_on date NOT NULL,
    customer_id bigint REFERENCES customer(id),
    staff_id bigint REFERENCES staff(id),
    recorded_at timestamptz NOT NULL,
    CONSTRAINT expiry_record_said_by_one CHECK ((customer_id IS NULL) <> (staff_id IS NULL)),
    CONSTRAINT expiry_record_month_of_inspection
        CHECK (kind <> 'INSPECTION' OR date_part('day', ends_on + 1) = 1)
);
CREATE INDEX expiry_record_of_vehicle ON expiry_record (vehicle_id, kind, id);
CREATE INDEX expiry_record_of_customer ON expiry_record (customer_id);

ALTER TABLE staff ADD COLUMN service_phone varchar(20) NOT NULL DEFAULT '';
ALTER TABLE staff ALTER COLUMN service_phone DROP DEFAULT;
ALTER TABLE staff ADD CONSTRAINT staff_service_phone_dials
    CHECK (service_phone = '' OR service_phone ~ '^[0-9+][0-9-]{4,19}$');
