-- 免打扰时段: when an owner does not wish to be written to; and a send task that waits until then.
-- old code: it does not know this table nor the column; it sends as it always did.
CREATE TABLE quiet_hours (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    starts_minute smallint NOT NULL,
    ends_minute smallint NOT NULL,
    source varchar(12) NOT NULL,
    noted_by_id bigint REFERENCES staff(id),
    since timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by_id bigint REFERENCES staff(id),
    CONSTRAINT quiet_hours_are_minutes CHECK (starts_minute BETWEEN 0 AND 1439 AND ends_minute BETWEEN 0 AND 1439
        AND starts_minute <> ends_minute),
    CONSTRAINT quiet_hours_are_noted_by_somebody CHECK ((source = 'MINI_PROGRAM') = (noted_by_id IS NULL)),
    CONSTRAINT quiet_hours_ended CHECK (ended_at IS NOT NULL OR ended_by_id IS NULL)
);
CREATE UNIQUE INDEX quiet_hours_once ON quiet_hours (customer_id, starts_minute, ends_minute) WHERE ended_at IS NULL;
CREATE INDEX quiet_hours_customer ON quiet_hours (customer_id);
ALTER TABLE send_task ADD COLUMN not_before timestamptz;
