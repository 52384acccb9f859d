-- Whoever counted the drawer of a cashier who can count it no longer; they do not sign for what differs as well.
ALTER TABLE cashier_shift ADD COLUMN closed_by_id bigint REFERENCES staff(id);
ALTER TABLE cashier_shift ADD CONSTRAINT cashier_shift_closed_for_another
    CHECK (closed_by_id IS NULL OR (closed_by_id <> cashier_id AND state <> 'OPEN' AND reason <> ''));
ALTER TABLE cashier_shift ADD CONSTRAINT cashier_shift_counter_does_not_sign
    CHECK (closed_by_id IS NULL OR signed_by_id IS NULL OR signed_by_id <> closed_by_id);

CREATE OR REPLACE FUNCTION counted_shift_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'CLOSED' OR (OLD.state = 'TO_SIGN' AND
        (OLD.store_id, OLD.cashier_id, OLD.float_fen, OLD.opened_at, OLD.closed_at, OLD.difference_fen, OLD.reason,
         OLD.closed_by_id)
        IS DISTINCT FROM
        (NEW.store_id, NEW.cashier_id, NEW.float_fen, NEW.opened_at, NEW.closed_at, NEW.difference_fen, NEW.reason,
         NEW.closed_by_id))
    THEN
        RAISE EXCEPTION 'shift % is counted', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
