-- 取送范围: parts of town a store drives to.
CREATE TABLE valet_area (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    name varchar(20) NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT valet_area_once UNIQUE (store_id, name)
);

-- 取送车: one drive for one car.
CREATE TABLE valet_run (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    appointment_id bigint REFERENCES appointment(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint REFERENCES vehicle(id),
    kind varchar(8) NOT NULL,
    state varchar(10) NOT NULL,
    address varchar(120) NOT NULL,
    latitude double precision,
    longitude double precision,
    phone varchar(16) NOT NULL,
    window_from timestamptz NOT NULL,
    window_to timestamptz NOT NULL,
    fee_fen bigint NOT NULL,
    code varchar(4) NOT NULL,
    driver_id bigint REFERENCES staff(id),
    starts_at timestamptz,
    ends_at timestamptz,
    mileage_km integer,
    photos jsonb NOT NULL DEFAULT '[]',
    taken_at timestamptz,
    ended_at timestamptz,
    end_reason varchar(80) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT valet_run_window CHECK (window_from < window_to),
    CONSTRAINT valet_run_ended CHECK ((state IN ('DELIVERED', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CONSTRAINT valet_run_has_a_driver CHECK (
        state NOT IN ('ASSIGNED', 'ON_THE_WAY', 'CAR_TAKEN', 'DELIVERED')
        OR (driver_id IS NOT NULL AND starts_at IS NOT NULL AND ends_at > starts_at)),
    CONSTRAINT valet_run_taken CHECK (
        state NOT IN ('CAR_TAKEN', 'DELIVERED') OR (taken_at IS NOT NULL AND mileage_km IS NOT NULL)),
    CONSTRAINT valet_run_of_a_booking CHECK ((kind = 'RESCUE') = (appointment_id IS NULL)),
    CONSTRAINT valet_run_on_the_map CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CONSTRAINT valet_run_numbers CHECK (fee_fen >= 0 AND mileage_km >= 0),
    -- A driver is in one place at a time, whoever assigns them at once.
    CONSTRAINT valet_run_of_a_driver_never_overlap EXCLUDE USING gist (
        int8range(driver_id, driver_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (state IN ('ASSIGNED', 'ON_THE_WAY', 'CAR_TAKEN'))
);
CREATE UNIQUE INDEX valet_run_one_live_of_a_kind ON valet_run (appointment_id, kind)
WHERE state IN ('PLANNED', 'ASSIGNED', 'ON_THE_WAY', 'CAR_TAKEN');
CREATE INDEX valet_run_of_store ON valet_run (store_id, window_from);
CREATE INDEX valet_run_of_driver ON valet_run (driver_id, starts_at);
CREATE INDEX valet_run_of_customer ON valet_run (customer_id);
CREATE INDEX valet_run_of_vehicle ON valet_run (vehicle_id);
