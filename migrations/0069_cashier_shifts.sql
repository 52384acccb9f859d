-- 收银班次: what a cashier takes and gives in a store from opening to counting.
CREATE TABLE cashier_shift (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    cashier_id bigint NOT NULL REFERENCES staff(id),
    state varchar(8) NOT NULL,
    float_fen bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    difference_fen bigint NOT NULL,
    reason varchar(120) NOT NULL,
    signed_by_id bigint REFERENCES staff(id),
    signed_at timestamptz,
    version int NOT NULL,
    CONSTRAINT cashier_shift_sums CHECK (float_fen >= 0 AND difference_fen >= 0),
    CONSTRAINT cashier_shift_closed CHECK ((state = 'OPEN') = (closed_at IS NULL)),
    CONSTRAINT cashier_shift_explained CHECK (difference_fen = 0 OR reason <> ''),
    CONSTRAINT cashier_shift_four_eyes CHECK (
        signed_by_id IS NULL OR (signed_by_id <> cashier_id AND state = 'CLOSED'))
);
CREATE UNIQUE INDEX cashier_shift_one_open ON cashier_shift (store_id, cashier_id) WHERE state = 'OPEN';
CREATE INDEX idx_cashier_shift_store ON cashier_shift (store_id, opened_at);

CREATE TABLE cashier_shift_count (
    id bigserial PRIMARY KEY,
    shift_id bigint NOT NULL REFERENCES cashier_shift(id),
    method varchar(12) NOT NULL,
    expected_fen bigint NOT NULL,
    counted_fen bigint NOT NULL,
    CONSTRAINT uid_cashier_shift_count UNIQUE (shift_id, method)
);

ALTER TABLE payment ADD COLUMN shift_id bigint REFERENCES cashier_shift(id);
ALTER TABLE refund ADD COLUMN shift_id bigint REFERENCES cashier_shift(id);
CREATE INDEX payment_of_shift ON payment (shift_id) WHERE shift_id IS NOT NULL;
CREATE INDEX refund_of_shift ON refund (shift_id) WHERE shift_id IS NOT NULL;

-- What was counted stays as it is: of a counted shift only the signature is added, and no money joins it.
CREATE FUNCTION counted_shift_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'CLOSED' OR (OLD.state = 'TO_SIGN' AND
        (OLD.store_id, OLD.cashier_id, OLD.float_fen, OLD.opened_at, OLD.closed_at, OLD.difference_fen, OLD.reason)
        IS DISTINCT FROM
        (NEW.store_id, NEW.cashier_id, NEW.float_fen, NEW.opened_at, NEW.closed_at, NEW.difference_fen, NEW.reason))
    THEN
        RAISE EXCEPTION 'shift % is counted', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cashier_shift_stays BEFORE UPDATE OR DELETE ON cashier_shift
    FOR EACH ROW EXECUTE FUNCTION counted_shift_stays();

CREATE FUNCTION count_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a count is written once' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER cashier_shift_count_stays BEFORE UPDATE OR DELETE ON cashier_shift_count
    FOR EACH ROW EXECUTE FUNCTION count_stays();

CREATE FUNCTION money_joins_open_shift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cashier_shift WHERE id = NEW.shift_id AND state = 'OPEN') THEN
        RAISE EXCEPTION 'shift % is not open', NEW.shift_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_joins_open_shift BEFORE INSERT ON payment
    FOR EACH ROW WHEN (NEW.shift_id IS NOT NULL) EXECUTE FUNCTION money_joins_open_shift();
CREATE TRIGGER payment_keeps_shift BEFORE UPDATE ON payment
    FOR EACH ROW WHEN (NEW.shift_id IS NOT NULL AND OLD.shift_id IS DISTINCT FROM NEW.shift_id)
    EXECUTE FUNCTION money_joins_open_shift();
CREATE TRIGGER refund_joins_open_shift BEFORE UPDATE ON refund
    FOR EACH ROW WHEN (NEW.shift_id IS NOT NULL AND OLD.shift_id IS DISTINCT FROM NEW.shift_id)
    EXECUTE FUNCTION money_joins_open_shift();
