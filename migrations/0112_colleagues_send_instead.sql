-- A colleague may send to people of a member's task who are also their friends.
CREATE TABLE send_substitute (
    id bigserial PRIMARY KEY,
    send_task_id bigint NOT NULL REFERENCES send_task (id),
    staff_id bigint NOT NULL REFERENCES staff (id),
    asked_by_id bigint NOT NULL REFERENCES staff (id),
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    people integer NOT NULL,
    CONSTRAINT send_substitute_once UNIQUE (send_task_id, staff_id),
    CONSTRAINT send_substitute_people CHECK (people >= 0)
);
CREATE INDEX ON send_substitute (staff_id);
