-- Who is expected where and when stands apart from the bay and the arrival it takes: other rooms will promise times that
-- take a car, a driver, or nothing.

CREATE TABLE promised_time (
    id bigserial PRIMARY KEY,
    kind varchar(20) NOT NULL,
    about varchar(40) UNIQUE,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    held_until timestamptz,
    CONSTRAINT promised_time_has_length CHECK (ends_at > starts_at),
    CONSTRAINT promised_time_is_held_or_promised CHECK ((held_until IS NULL) <> (about IS NULL)),
    CONSTRAINT promised_time_is_of_its_kind CHECK (about IS NULL OR split_part(about, ':', 1) = kind)
);

-- Each place that is taken keeps its number, so that nothing has to be matched twice.
INSERT INTO promised_time (id, kind, about, store_id, customer_id, starts_at, ends_at, held_until)
SELECT p.id, 'appointment', 'appointment:' || p.appointment_id, p.store_id,
       coalesce(a.customer_id, p.held_for_customer_id), p.slot_at,
       coalesce(p.slot_at + make_interval(mins => a.minutes), p.ends_at), p.held_until
FROM appointment_place p LEFT JOIN appointment a ON a.id = p.appointment_id;
SELECT setval('promised_time_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM promised_time), false);

CREATE INDEX idx_promised_time_store ON promised_time (store_id, starts_at);
CREATE INDEX idx_promised_time_customer ON promised_time (customer_id);
CREATE INDEX idx_promised_time_held ON promised_time (held_until);
CREATE UNIQUE INDEX promised_time_one_hold_per_customer ON promised_time (customer_id, kind)
    WHERE held_until IS NOT NULL;

-- With the promised time goes what it takes: no room can forget to free it.
ALTER TABLE appointment_place ADD COLUMN promised_time_id bigint REFERENCES promised_time(id) ON DELETE CASCADE;
UPDATE appointment_place SET promised_time_id = id;
ALTER TABLE appointment_place ALTER COLUMN promised_time_id SET NOT NULL;
ALTER TABLE appointment_place ADD CONSTRAINT uid_appointment_promise UNIQUE (promised_time_id);
ALTER TABLE appointment_place
    DROP COLUMN held_for_customer_id, DROP COLUMN held_until, DROP COLUMN appointment_id;

UPDATE tick SET name = 'promised_times.release_holds' WHERE name = 'appointments.release_holds';
UPDATE jobs.pgqueuer SET entrypoint = 'promised_times.release_holds' WHERE entrypoint = 'appointments.release_holds';
