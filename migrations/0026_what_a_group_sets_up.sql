-- Nothing that is set up is deleted: it ends, and may be taken up again.
ALTER TABLE region ADD COLUMN is_active boolean NOT NULL DEFAULT true;
ALTER TABLE store_closure ADD COLUMN is_active boolean NOT NULL DEFAULT true;
ALTER TABLE vehicle_model ADD COLUMN is_active boolean NOT NULL DEFAULT true;
ALTER TABLE service_item ADD COLUMN is_active boolean NOT NULL DEFAULT true;
ALTER TABLE item_price ADD COLUMN is_active boolean NOT NULL DEFAULT true;
ALTER TABLE part ADD COLUMN is_active boolean NOT NULL DEFAULT true;

-- A store's week may differ by day, and an exception may have hours instead of being shut.
ALTER TABLE store_closure ADD COLUMN opens_minute integer, ADD COLUMN closes_minute integer;
ALTER TABLE store_closure ADD CONSTRAINT store_closure_hours
    CHECK ((opens_minute IS NULL) = (closes_minute IS NULL) AND (opens_minute IS NULL OR opens_minute < closes_minute));
ALTER TABLE store ADD CONSTRAINT store_hours
    CHECK (0 <= opens_minute AND opens_minute <= last_slot_minute AND last_slot_minute < closes_minute AND closes_minute <= 1440);
CREATE TABLE store_weekday (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id) ON DELETE CASCADE,
    weekday smallint NOT NULL,
    is_open boolean NOT NULL,
    opens_minute integer NOT NULL,
    last_slot_minute integer NOT NULL,
    closes_minute integer NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT store_weekday_once UNIQUE (store_id, weekday),
    CONSTRAINT store_weekday_is_one CHECK (weekday BETWEEN 0 AND 6),
    CONSTRAINT store_weekday_hours
        CHECK (0 <= opens_minute AND opens_minute <= last_slot_minute AND last_slot_minute < closes_minute AND closes_minute <= 1440)
);

-- Who is there: teams, shifts, absences, certificates; and bays that are shut for some days.
CREATE TABLE team (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id) ON DELETE CASCADE,
    name varchar(20) NOT NULL,
    leader_id bigint REFERENCES staff(id),
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT team_once UNIQUE (store_id, name)
);
ALTER TABLE staff ADD COLUMN team_id bigint REFERENCES team(id);
CREATE TABLE shift (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    weekdays jsonb NOT NULL,
    starts_minute integer NOT NULL,
    ends_minute integer NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT shift_hours CHECK (0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440),
    CONSTRAINT shift_has_days CHECK (jsonb_array_length(weekdays) > 0)
);
CREATE INDEX shift_of_staff ON shift (staff_id);
CREATE TABLE staff_absence (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    first_on date NOT NULL,
    last_on date NOT NULL,
    kind varchar(10) NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT staff_absence_days CHECK (first_on <= last_on)
);
CREATE INDEX staff_absence_of_staff ON staff_absence (staff_id, last_on);
CREATE TABLE certificate (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    name varchar(30) NOT NULL,
    skill varchar(10) NOT NULL,
    number varchar(40) NOT NULL,
    valid_until date NOT NULL,
    is_active boolean NOT NULL DEFAULT true
);
CREATE INDEX certificate_of_staff ON certificate (staff_id);
CREATE TABLE bay_closure (
    id bigserial PRIMARY KEY,
    bay_id bigint NOT NULL REFERENCES bay(id) ON DELETE CASCADE,
    first_on date NOT NULL,
    last_on date NOT NULL,
    reason varchar(40) NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT bay_closure_days CHECK (first_on <= last_on)
);
CREATE INDEX bay_closure_of_bay ON bay_closure (bay_id, last_on);

-- A price may be a store's own, and hold from a day or until one.
ALTER TABLE item_price
    ADD COLUMN store_id bigint REFERENCES store(id),
    ADD COLUMN valid_from date,
    ADD COLUMN valid_until date,
    ADD CONSTRAINT item_price_days CHECK (valid_from <= valid_until);
ALTER TABLE item_price DROP CONSTRAINT uid_item_price_item_id_6285b3;
CREATE UNIQUE INDEX item_price_once ON item_price (item_id, series, store_id, valid_from) NULLS NOT DISTINCT;

-- The history of a record is read from the audit log.
CREATE INDEX audit_entry_subject ON audit_entry (subject);
