-- Cars that a camera saw coming, until somebody receives them or has seen that they come for something else.
CREATE TABLE gate_arrival (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    plate varchar(20) NOT NULL,
    state varchar(9) NOT NULL,
    vehicle_id bigint REFERENCES vehicle(id),
    appointment_id bigint REFERENCES appointment(id),
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by_id bigint REFERENCES staff(id),
    version int NOT NULL DEFAULT 1,
    CONSTRAINT gate_arrival_ended CHECK ((state = 'WAITING') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX gate_arrival_one_waiting ON gate_arrival (store_id, plate) WHERE state = 'WAITING';
CREATE INDEX gate_arrival_of_store ON gate_arrival (store_id, last_seen_at);
CREATE INDEX gate_arrival_of_vehicle ON gate_arrival (vehicle_id);
CREATE INDEX gate_arrival_of_appointment ON gate_arrival (appointment_id);
