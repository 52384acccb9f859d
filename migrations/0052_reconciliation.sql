-- 对账: WeChat Pay's statement of each day, what differs from our books, and days that are closed.
ALTER TABLE refund ADD COLUMN accepted_at timestamptz;

CREATE TABLE reconciliation_day (
    id bigserial PRIMARY KEY,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    day date NOT NULL UNIQUE,
    state varchar(8) NOT NULL,
    opened_at timestamptz NOT NULL,
    sha1 varchar(40) NOT NULL DEFAULT '',
    payments integer NOT NULL DEFAULT 0,
    paid_fen bigint NOT NULL DEFAULT 0,
    refunds integer NOT NULL DEFAULT 0,
    refunded_fen bigint NOT NULL DEFAULT 0,
    fee_millifen bigint NOT NULL DEFAULT 0,
    compared_at timestamptz,
    closed_at timestamptz,
    closed_by_id bigint REFERENCES staff(id),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT reconciliation_day_compared CHECK ((state = 'OWED') = (compared_at IS NULL)),
    CONSTRAINT reconciliation_day_closed_by_somebody
        CHECK ((state = 'CLOSED') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by_id IS NULL))
);

CREATE TABLE statement_line (
    id bigserial PRIMARY KEY,
    day_id bigint NOT NULL REFERENCES reconciliation_day(id),
    line_no integer NOT NULL,
    kind varchar(8) NOT NULL,
    number varchar(64) NOT NULL,
    platform_number varchar(64) NOT NULL,
    status varchar(16) NOT NULL,
    amount_fen bigint NOT NULL,
    fee_millifen bigint NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT uid_statement_line_numbered UNIQUE (day_id, line_no)
);
CREATE INDEX idx_statement_line_number ON statement_line (number);

CREATE TABLE reconciliation_difference (
    id bigserial PRIMARY KEY,
    day_id bigint NOT NULL REFERENCES reconciliation_day(id),
    kind varchar(9) NOT NULL,
    movement varchar(8) NOT NULL,
    number varchar(64) NOT NULL,
    ours_fen bigint,
    theirs_fen bigint,
    fee_millifen bigint,
    payment_id bigint REFERENCES payment(id),
    refund_id bigint REFERENCES refund(id),
    store_id bigint REFERENCES store(id),
    settled_at timestamptz,
    settled_by_id bigint REFERENCES staff(id),
    settled_reason varchar(200) NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT reconciliation_difference_settled_why CHECK ((settled_at IS NULL) = (settled_reason = '')),
    CONSTRAINT reconciliation_difference_settled_by CHECK (settled_by_id IS NULL OR settled_at IS NOT NULL),
    CONSTRAINT uid_reconciliation_difference UNIQUE (day_id, kind, movement, number)
);
CREATE INDEX idx_reconciliation_difference_number ON reconciliation_difference (number);
CREATE INDEX idx_reconciliation_difference_store ON reconciliation_difference (store_id);
CREATE INDEX idx_reconciliation_difference_payment ON reconciliation_difference (payment_id);
CREATE INDEX idx_reconciliation_difference_refund ON reconciliation_difference (refund_id);

-- A day is closed once, when nothing of it is open, and then it stays as it is.
CREATE FUNCTION closed_day_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'CLOSED' THEN
        RAISE EXCEPTION 'day % is closed', OLD.day USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.state = 'CLOSED' AND EXISTS (
        SELECT FROM reconciliation_difference WHERE day_id = NEW.id AND settled_at IS NULL)
    THEN
        RAISE EXCEPTION 'day % has open differences', NEW.day USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reconciliation_day_stays BEFORE UPDATE OR DELETE ON reconciliation_day
    FOR EACH ROW EXECUTE FUNCTION closed_day_stays();

CREATE FUNCTION of_closed_day_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE its_day bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN its_day := OLD.day_id; ELSE its_day := NEW.day_id; END IF;
    IF EXISTS (SELECT FROM reconciliation_day WHERE id = its_day AND state = 'CLOSED') THEN
        RAISE EXCEPTION '% is of a closed day', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_line_of_closed_day BEFORE INSERT OR UPDATE OR DELETE ON statement_line
    FOR EACH ROW EXECUTE FUNCTION of_closed_day_stays();
CREATE TRIGGER difference_of_closed_day BEFORE INSERT OR UPDATE OR DELETE ON reconciliation_difference
    FOR EACH ROW EXECUTE FUNCTION of_closed_day_stays();

-- Money is never booked on a closed day, and what was booked on it does not change; what comes late is of the day on
-- which it comes. Whose payment it is may still change, when two customers turn out to be one, and so may its later fate.
CREATE FUNCTION is_on_closed_day(moment timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM reconciliation_day WHERE day = (moment AT TIME ZONE 'Asia/Shanghai')::date AND state = 'CLOSED')
$$;
CREATE FUNCTION money_of_closed_day_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moment timestamptz;
BEGIN
    IF TG_TABLE_NAME = 'ledger_entry' THEN moment := NEW.at;
    ELSIF TG_TABLE_NAME = 'payment' THEN moment := OLD.succeeded_at;
    ELSE moment := OLD.ended_at;
    END IF;
    IF is_on_closed_day(moment) THEN
        RAISE EXCEPTION '% is of a closed day', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_of_closed_day BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION money_of_closed_day_stays();
CREATE TRIGGER payment_of_closed_day BEFORE UPDATE ON payment FOR EACH ROW
    WHEN (OLD.received_fen IS NOT NULL
          AND (OLD.out_trade_no, OLD.method, OLD.amount_fen, OLD.received_fen, OLD.transaction_id, OLD.succeeded_at)
              IS DISTINCT FROM
              (NEW.out_trade_no, NEW.method, NEW.amount_fen, NEW.received_fen, NEW.transaction_id, NEW.succeeded_at))
    EXECUTE FUNCTION money_of_closed_day_stays();
CREATE TRIGGER refund_of_closed_day BEFORE UPDATE ON refund FOR EACH ROW
    WHEN (OLD.state = 'SUCCESS'
          AND (OLD.payment_id, OLD.out_refund_no, OLD.amount_fen, OLD.state, OLD.ended_at)
              IS DISTINCT FROM (NEW.payment_id, NEW.out_refund_no, NEW.amount_fen, NEW.state, NEW.ended_at))
    EXECUTE FUNCTION money_of_closed_day_stays();
