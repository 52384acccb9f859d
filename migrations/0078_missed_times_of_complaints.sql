-- A promised time of a complaint that passed, told of once for each time the complaint began.
CREATE TABLE complaint_lateness (
    id bigserial PRIMARY KEY,
    complaint_id bigint NOT NULL REFERENCES complaint(id),
    state varchar(12) NOT NULL,
    began_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT complaint_late_once UNIQUE (complaint_id, state, began_at)
);
