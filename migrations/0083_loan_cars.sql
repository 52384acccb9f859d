-- 代步车: cars of a store that owners drive while theirs is in the workshop.
CREATE TABLE loan_car (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    plate varchar(12) NOT NULL,
    model varchar(30) NOT NULL,
    is_electric boolean NOT NULL DEFAULT false,
    mileage_km integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT loan_car_once UNIQUE (plate),
    CONSTRAINT loan_car_mileage CHECK (mileage_km BETWEEN 0 AND 999999)
);
CREATE INDEX loan_car_of_store ON loan_car (store_id);

-- 借车: one loan car for one visit.
CREATE TABLE lending (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    loan_car_id bigint NOT NULL REFERENCES loan_car(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    appointment_id bigint REFERENCES appointment(id),
    repair_order_id bigint REFERENCES repair_order(id),
    state varchar(10) NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    driver varchar(20) NOT NULL DEFAULT '',
    licence_valid_until date,
    agreement varchar(200) NOT NULL DEFAULT '',
    out_at timestamptz,
    out_by bigint REFERENCES staff(id),
    out_mileage_km integer,
    out_energy_percent integer,
    out_marks varchar(200) NOT NULL DEFAULT '',
    out_photos jsonb NOT NULL DEFAULT '[]',
    back_at timestamptz,
    back_to bigint REFERENCES staff(id),
    back_mileage_km integer,
    back_energy_percent integer,
    back_marks varchar(200) NOT NULL DEFAULT '',
    back_photos jsonb NOT NULL DEFAULT '[]',
    cancelled_at timestamptz,
    end_reason varchar(80) NOT NULL DEFAULT '',
    created_by bigint NOT NULL REFERENCES staff(id),
    created_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT lending_times CHECK (starts_at < ends_at),
    CONSTRAINT lending_for_a_visit CHECK (appointment_id IS NOT NULL OR repair_order_id IS NOT NULL),
    CONSTRAINT lending_handed_out CHECK (
        (state IN ('OUT', 'RETURNED')) = (out_at IS NOT NULL) AND (out_at IS NULL
        OR (out_by IS NOT NULL AND out_mileage_km IS NOT NULL AND out_energy_percent IS NOT NULL
            AND licence_valid_until IS NOT NULL))),
    CONSTRAINT lending_returned CHECK (
        (state = 'RETURNED') = (back_at IS NOT NULL) AND (back_at IS NULL
        OR (back_to IS NOT NULL AND back_mileage_km >= out_mileage_km AND back_energy_percent IS NOT NULL))),
    CONSTRAINT lending_cancelled CHECK ((state = 'CANCELLED') = (cancelled_at IS NOT NULL)),
    CONSTRAINT lending_levels CHECK (out_energy_percent BETWEEN 0 AND 100 AND back_energy_percent BETWEEN 0 AND 100),
    -- A car is with one owner at a time, whoever promises it at once.
    CONSTRAINT lending_of_a_car_never_overlaps EXCLUDE USING gist (
        int8range(loan_car_id, loan_car_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (state IN ('PLANNED', 'OUT'))
);
CREATE UNIQUE INDEX lending_out_once ON lending (loan_car_id) WHERE state = 'OUT';
CREATE UNIQUE INDEX lending_one_of_a_booking ON lending (appointment_id) WHERE state IN ('PLANNED', 'OUT');
CREATE UNIQUE INDEX lending_one_of_an_order ON lending (repair_order_id) WHERE state IN ('PLANNED', 'OUT');
CREATE INDEX lending_of_store ON lending (store_id, starts_at);
CREATE INDEX lending_of_customer ON lending (customer_id);
CREATE INDEX lending_of_appointment ON lending (appointment_id);
CREATE INDEX lending_of_order ON lending (repair_order_id);
