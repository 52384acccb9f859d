-- 到期日: when something of a car is due, and the cars whose dates are to be computed again.
CREATE TABLE due_date (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id) ON DELETE CASCADE,
    kind varchar(16) NOT NULL,
    due_on date NOT NULL,
    cycle_on date NOT NULL,
    near_on date,
    words varchar(400) NOT NULL,
    is_inferred boolean NOT NULL DEFAULT false,
    CONSTRAINT due_date_one_of_a_kind UNIQUE (vehicle_id, kind)
);
CREATE INDEX due_date_by_day ON due_date (kind, due_on);

CREATE TABLE due_recount (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id) ON DELETE CASCADE
);
CREATE INDEX due_recount_by_car ON due_recount (vehicle_id);

-- The triggers are per statement: an import of thousands of rows notes its cars once for each statement. Nothing is unique
-- here, for two transactions that note the same car must not wait for each other.
CREATE FUNCTION note_new_cars() RETURNS trigger AS $$
BEGIN
    INSERT INTO due_recount (vehicle_id) SELECT id FROM changed;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION note_changed_cars() RETURNS trigger AS $$
BEGIN
    INSERT INTO due_recount (vehicle_id)
    SELECT n.id FROM changed n JOIN before o ON o.id = n.id
    WHERE (n.model_id, n.delivered_on, n.insurance_ends_on, n.inspection_ends_on, n.gone_reason)
        IS DISTINCT FROM (o.model_id, o.delivered_on, o.insurance_ends_on, o.inspection_ends_on, o.gone_reason);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION note_cars_of_rows() RETURNS trigger AS $$
BEGIN
    -- When an import is taken back, rows and cars may go together.
    INSERT INTO due_recount (vehicle_id) SELECT id FROM vehicle WHERE id IN (SELECT vehicle_id FROM changed);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION note_cars_of_lines() RETURNS trigger AS $$
BEGIN
    INSERT INTO due_recount (vehicle_id)
    SELECT DISTINCT r.vehicle_id FROM changed n JOIN before o ON o.id = n.id
    JOIN repair_order r ON r.id = n.repair_order_id WHERE n.state <> o.state;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION note_cars_of_models() RETURNS trigger AS $$
BEGIN
    INSERT INTO due_recount (vehicle_id)
    SELECT v.id FROM changed n JOIN before o ON o.id = n.id JOIN vehicle v ON v.model_id = n.id
    WHERE (n.first_interval_km, n.first_interval_months, n.interval_km, n.interval_months)
        IS DISTINCT FROM (o.first_interval_km, o.first_interval_months, o.interval_km, o.interval_months);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER vehicle_is_new AFTER INSERT ON vehicle
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_new_cars();
CREATE TRIGGER vehicle_changed AFTER UPDATE ON vehicle
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION note_changed_cars();
CREATE TRIGGER service_visit_is_new AFTER INSERT ON service_visit
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER service_visit_changed AFTER UPDATE ON service_visit
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER service_visit_is_gone AFTER DELETE ON service_visit
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER odometer_reading_is_new AFTER INSERT ON odometer_reading
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER odometer_reading_changed AFTER UPDATE ON odometer_reading
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER odometer_reading_is_gone AFTER DELETE ON odometer_reading
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER work_was_declined AFTER INSERT ON declined_work
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_rows();
CREATE TRIGGER repair_line_moved AFTER UPDATE ON repair_line
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_lines();
CREATE TRIGGER vehicle_model_changed AFTER UPDATE ON vehicle_model
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION note_cars_of_models();

INSERT INTO due_recount (vehicle_id) SELECT id FROM vehicle;
