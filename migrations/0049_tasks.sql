-- 招徕任务: whom the store contacts about what, and the contacts made.
CREATE TABLE task (
    id bigserial PRIMARY KEY,
    kind varchar(16) NOT NULL,
    state varchar(12) NOT NULL,
    vehicle_id bigint REFERENCES vehicle(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    store_id bigint NOT NULL REFERENCES store(id),
    assignee_id bigint REFERENCES staff(id),
    due_on date NOT NULL,
    cycle_on date NOT NULL,
    reason varchar(400) NOT NULL,
    next_on date,
    opened_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because varchar(120) NOT NULL DEFAULT '',
    appointment_id bigint REFERENCES appointment(id),
    booked_by_id bigint REFERENCES staff(id),
    repair_order_id bigint REFERENCES repair_order(id),
    version int NOT NULL DEFAULT 1,
    CONSTRAINT task_one_of_a_cycle UNIQUE (vehicle_id, kind, cycle_on, customer_id),
    CONSTRAINT task_ended CHECK ((state IN ('CREATED', 'ASSIGNED', 'IN_PROGRESS', 'BOOKED')) = (ended_at IS NULL)),
    CONSTRAINT task_arrived_with_an_order
        CHECK (state <> 'ARRIVED' OR (repair_order_id IS NOT NULL AND booked_by_id IS NOT NULL)),
    CONSTRAINT task_booked_has_a_booking CHECK (state <> 'BOOKED' OR appointment_id IS NOT NULL),
    CONSTRAINT task_assigned CHECK (state = 'CREATED' OR assignee_id IS NOT NULL OR ended_at IS NOT NULL)
);
CREATE UNIQUE INDEX task_one_open ON task (vehicle_id, kind)
    WHERE state IN ('CREATED', 'ASSIGNED', 'IN_PROGRESS', 'BOOKED');
CREATE INDEX task_of_store ON task (store_id, state, next_on);
CREATE INDEX task_of_assignee ON task (assignee_id, state, next_on);
CREATE INDEX task_of_customer ON task (customer_id, state);
CREATE INDEX task_of_appointment ON task (appointment_id);

CREATE TABLE task_contact (
    id bigserial PRIMARY KEY,
    task_id bigint NOT NULL REFERENCES task(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    at timestamptz NOT NULL,
    channel varchar(8) NOT NULL,
    outcome varchar(16) NOT NULL,
    note varchar(200) NOT NULL DEFAULT '',
    next_on date
);
CREATE INDEX task_contact_of_task ON task_contact (task_id, id);
