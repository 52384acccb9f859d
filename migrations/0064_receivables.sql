-- 应收: what maker, insurer or the house owes for a repair, until it is settled.
ALTER TABLE bill_line ADD COLUMN payer_approval_number varchar(40) NOT NULL DEFAULT '';

CREATE TABLE receivable (
    id bigserial PRIMARY KEY,
    bill_id bigint NOT NULL UNIQUE REFERENCES bill(id),
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    payer varchar(2) NOT NULL,
    state varchar(16) NOT NULL,
    amount_fen bigint NOT NULL,
    accepted_fen bigint,
    received_fen bigint NOT NULL DEFAULT 0,
    borne_fen bigint NOT NULL DEFAULT 0,
    party varchar(40) NOT NULL DEFAULT '',
    approval_number varchar(40) NOT NULL DEFAULT '',
    case_number varchar(40) NOT NULL DEFAULT '',
    old_parts_place varchar(40) NOT NULL DEFAULT '',
    old_parts_until date,
    due_on date NOT NULL,
    reminded_on date,
    opened_at timestamptz NOT NULL,
    settled_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT receivable_is_not_the_owners CHECK (payer <> 'CP'),
    CONSTRAINT receivable_sums CHECK (amount_fen > 0 AND received_fen >= 0 AND borne_fen >= 0
        AND received_fen + borne_fen <= amount_fen),
    CONSTRAINT receivable_accepted CHECK (accepted_fen IS NULL OR accepted_fen BETWEEN received_fen AND amount_fen),
    CONSTRAINT receivable_settled_is_exactly_settled
        CHECK ((state = 'SETTLED') = (settled_at IS NOT NULL AND received_fen + borne_fen = amount_fen)),
    CONSTRAINT receivable_house_is_not_submitted
        CHECK (payer IN ('W', 'I') OR (state IN ('OPEN', 'SETTLED') AND received_fen = 0)),
    CONSTRAINT receivable_submitted_with_number
        CHECK (state = 'OPEN' OR payer IN ('N', 'G') OR (approval_number <> '' AND party <> ''))
);
CREATE INDEX receivable_of_store ON receivable (store_id, state, due_on);
CREATE INDEX receivable_of_customer ON receivable (customer_id);

CREATE TABLE receivable_step (
    id bigserial PRIMARY KEY,
    receivable_id bigint NOT NULL REFERENCES receivable(id) ON DELETE CASCADE,
    kind varchar(12) NOT NULL,
    amount_fen bigint,
    reference varchar(40) NOT NULL DEFAULT '',
    received_on date,
    cost_centre varchar(8),
    words varchar(200) NOT NULL DEFAULT '',
    by_id bigint REFERENCES staff(id),
    at timestamptz NOT NULL,
    CONSTRAINT receivable_step_received_by_number
        CHECK ((kind = 'RECEIVED') = (reference <> '' AND received_on IS NOT NULL)),
    CONSTRAINT receivable_step_borne_by_somebody CHECK ((kind = 'BORNE') = (cost_centre IS NOT NULL)),
    CONSTRAINT receivable_step_amount CHECK (kind NOT IN ('RECEIVED', 'BORNE') OR amount_fen > 0)
);
CREATE INDEX receivable_step_of ON receivable_step (receivable_id);
-- The same entry of the bank is booked once.
CREATE UNIQUE INDEX receivable_step_money_once ON receivable_step (receivable_id, reference) WHERE kind = 'RECEIVED';

-- Bills of other payers whose owner's bill was agreed to before there were receivables.
UPDATE bill_line l SET payer_approval_number = r.payer_approval_number
FROM repair_line r WHERE l.about = 'repair_line:' || r.id AND r.payer_approval_number <> '';

CREATE TEMPORARY TABLE agreed ON COMMIT DROP AS
SELECT b.id, o.confirmed_at FROM bill b JOIN bill o ON o.about = b.about AND o.payer = 'CP'
WHERE b.payer <> 'CP' AND b.state = 'DRAFT' AND b.total_fen > 0 AND o.confirmed_at IS NOT NULL;

UPDATE bill b SET state = 'CONFIRMED', sent_at = a.confirmed_at, confirmed_at = a.confirmed_at, version = version + 1
FROM agreed a WHERE a.id = b.id;

INSERT INTO receivable (bill_id, store_id, customer_id, payer, state, amount_fen, approval_number, due_on, opened_at)
SELECT b.id, b.store_id, b.customer_id, b.payer, 'OPEN', b.total_fen,
       coalesce((SELECT l.payer_approval_number FROM bill_line l
                 WHERE l.bill_id = b.id AND l.payer_approval_number <> '' ORDER BY l.line_no LIMIT 1), ''),
       (b.confirmed_at AT TIME ZONE 'Asia/Shanghai')::date + 7, b.confirmed_at
FROM bill b JOIN agreed a ON a.id = b.id;

INSERT INTO receivable_step (receivable_id, kind, amount_fen, at)
SELECT id, 'OPENED', amount_fen, opened_at FROM receivable;
