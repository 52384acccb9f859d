-- What a member of staff says in the chat about one booking, until it is made or forgotten. Any process goes on with it.
CREATE TABLE booking_talk (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id),
    state varchar(8) NOT NULL,
    known jsonb NOT NULL,
    customer_id bigint REFERENCES customer(id),
    vehicle_id bigint REFERENCES vehicle(id),
    store_id bigint REFERENCES store(id),
    item_id bigint REFERENCES service_item(id),
    starts_at timestamptz,
    appointment_id bigint REFERENCES appointment(id),
    said_at timestamptz NOT NULL,
    version int NOT NULL DEFAULT 1,
    CONSTRAINT booking_talk_offer_is_whole CHECK (state <> 'OFFERED' OR (customer_id IS NOT NULL
        AND vehicle_id IS NOT NULL AND store_id IS NOT NULL AND item_id IS NOT NULL AND starts_at IS NOT NULL)),
    CONSTRAINT booking_talk_booked CHECK ((state = 'BOOKED') = (appointment_id IS NOT NULL))
);
CREATE UNIQUE INDEX booking_talk_one_open ON booking_talk (staff_id) WHERE state IN ('ASKING', 'OFFERED');
CREATE INDEX booking_talk_said_at ON booking_talk (said_at);
CREATE INDEX booking_talk_of_customer ON booking_talk (customer_id);
CREATE INDEX booking_talk_of_vehicle ON booking_talk (vehicle_id);
CREATE INDEX booking_talk_of_appointment ON booking_talk (appointment_id);
