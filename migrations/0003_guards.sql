-- Constraints the models cannot say. Each is an invariant of the trade, held whatever the code does.

-- Two cars never stand in one bay at one time. Only core PostgreSQL is used: a one-element range stands for equality,
-- since btree_gist is not in the embedded server.
ALTER TABLE appointment_place ADD CONSTRAINT place_bay_times_never_overlap
EXCLUDE USING gist (int8range(bay_id, bay_id, '[]') WITH &&, tstzrange(slot_at, ends_at) WITH &&);

-- In the workshop's plan a technician is on one job at a time, and a bay holds one car: several people may work on it at
-- once, so for bays the order counts. Rework is left out, since it begins at once whatever was planned meanwhile.
ALTER TABLE repair_line ADD CONSTRAINT line_technician_times_never_overlap
EXCLUDE USING gist (int8range(technician_id, technician_id, '[]') WITH &&,
                    tstzrange(planned_starts_at, planned_ends_at) WITH &&)
WHERE (state IN ('ASSIGNED', 'WORKING', 'PAUSED') AND fail_count = 0 AND technician_id IS NOT NULL
       AND planned_starts_at IS NOT NULL AND planned_ends_at IS NOT NULL);
CREATE FUNCTION bay_holds_one_car() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM bay WHERE id = NEW.bay_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM repair_line l
        WHERE l.bay_id = NEW.bay_id AND l.repair_order_id <> NEW.repair_order_id
          AND l.state IN ('ASSIGNED', 'WORKING', 'PAUSED') AND l.fail_count = 0
          AND l.planned_starts_at < NEW.planned_ends_at AND NEW.planned_starts_at < l.planned_ends_at)
    THEN
        RAISE EXCEPTION 'bay % holds another car then', NEW.bay_id USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_planned_in_bay AFTER INSERT ON repair_line FOR EACH ROW
    WHEN (NEW.state = 'ASSIGNED' AND NEW.bay_id IS NOT NULL) EXECUTE FUNCTION bay_holds_one_car();
CREATE TRIGGER line_moved_in_plan AFTER UPDATE ON repair_line FOR EACH ROW
    WHEN (NEW.state = 'ASSIGNED' AND NEW.bay_id IS NOT NULL
          AND (OLD.bay_id, OLD.planned_starts_at, OLD.planned_ends_at)
              IS DISTINCT FROM (NEW.bay_id, NEW.planned_starts_at, NEW.planned_ends_at))
    EXECUTE FUNCTION bay_holds_one_car();

-- Whatever was planned, two cars are never worked on in one bay at once.
CREATE FUNCTION bay_works_on_one_car() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM bay WHERE id = NEW.bay_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM repair_line l
        WHERE l.bay_id = NEW.bay_id AND l.repair_order_id <> NEW.repair_order_id AND l.state = 'WORKING')
    THEN
        RAISE EXCEPTION 'bay % is at work on another car', NEW.bay_id USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_begun_in_bay AFTER UPDATE ON repair_line FOR EACH ROW
    WHEN (NEW.state = 'WORKING' AND NEW.bay_id IS NOT NULL
          AND (OLD.state, OLD.bay_id) IS DISTINCT FROM (NEW.state, NEW.bay_id))
    EXECUTE FUNCTION bay_works_on_one_car();

-- Facts and audit lines are written once.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER repair_event_append_only BEFORE UPDATE OR DELETE ON repair_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Of one payment never more goes back than came, whatever the code counts; refused and closed refunds hold no money.
CREATE FUNCTION refunds_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE received bigint;
BEGIN
    SELECT coalesce(received_fen, 0) INTO received FROM payment WHERE id = NEW.payment_id FOR UPDATE;
    IF (SELECT coalesce(sum(amount_fen), 0) FROM refund WHERE payment_id = NEW.payment_id AND state <> 'CLOSED') > received
    THEN
        RAISE EXCEPTION 'refunds exceed payment %', NEW.payment_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_within_payment AFTER INSERT OR UPDATE ON refund
    FOR EACH ROW EXECUTE FUNCTION refunds_within_payment();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A bill's sums are its lines' sums and its discounts' shares, checked when the transaction that touched any commits.
CREATE FUNCTION bill_sums_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted bigint; b record;
BEGIN
    IF TG_TABLE_NAME = 'bill' THEN wanted := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN wanted := OLD.bill_id;
    ELSE wanted := NEW.bill_id;
    END IF;
    SELECT subtotal_fen, discount_fen INTO b FROM bill WHERE id = wanted;
    IF FOUND AND (
        b.subtotal_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM bill_line WHERE bill_id = wanted)
        OR b.discount_fen <> (SELECT coalesce(sum(discount_fen), 0) FROM bill_line WHERE bill_id = wanted)
        OR b.discount_fen <> (SELECT coalesce(sum(discount_fen), 0) FROM bill_discount WHERE bill_id = wanted))
    THEN
        RAISE EXCEPTION 'bill % does not add up', wanted USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bill_adds_up AFTER INSERT OR UPDATE ON bill
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bill_sums_hold();
CREATE CONSTRAINT TRIGGER bill_line_adds_up AFTER INSERT OR UPDATE OR DELETE ON bill_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bill_sums_hold();
CREATE CONSTRAINT TRIGGER bill_discount_adds_up AFTER INSERT OR UPDATE OR DELETE ON bill_discount
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bill_sums_hold();

-- What was decided about a rule is never rewritten: a plan is taken back once, and nothing else of a row changes.
CREATE FUNCTION policy_change_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (OLD.policy, OLD.field, OLD.store_id, OLD.number, OLD.value, OLD.effective_from, OLD.reason,
           OLD.changed_by_id, OLD.changed_at)
          IS DISTINCT FROM
          (NEW.policy, NEW.field, NEW.store_id, NEW.number, NEW.value, NEW.effective_from, NEW.reason,
           NEW.changed_by_id, NEW.changed_at)
    THEN
        RAISE EXCEPTION 'policy_change is append-only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_change_append_only BEFORE UPDATE OR DELETE ON policy_change
    FOR EACH ROW EXECUTE FUNCTION policy_change_is_history();
