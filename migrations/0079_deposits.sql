-- 预存款: what customers paid ahead, as movements whose sum is the balance.
CREATE TABLE deposit (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    balance_fen bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    version integer NOT NULL,
    -- However many take from it at once.
    CONSTRAINT deposit_never_below_zero CHECK (balance_fen >= 0)
);
CREATE INDEX deposit_by_customer ON deposit (customer_id);
-- Not unique: after a merge of two records a customer has the deposits of both.
CREATE INDEX deposit_by_store ON deposit (store_id, customer_id);

CREATE TABLE deposit_movement (
    id bigserial PRIMARY KEY,
    deposit_id bigint NOT NULL REFERENCES deposit(id),
    kind varchar(8) NOT NULL,
    amount_fen bigint NOT NULL,
    payment_id bigint NOT NULL REFERENCES payment(id),
    refund_id bigint REFERENCES refund(id),
    bill_id bigint REFERENCES bill(id),
    about varchar(40) NOT NULL,
    about_number varchar(40) NOT NULL,
    by_id bigint REFERENCES staff(id),
    at timestamptz NOT NULL,
    CONSTRAINT deposit_movement_sign
        CHECK (amount_fen <> 0 AND (kind IN ('PAID_IN', 'RETURNED', 'RELEASED')) = (amount_fen > 0)),
    CONSTRAINT deposit_movement_of_a_bill CHECK ((kind IN ('USED', 'RETURNED')) = (bill_id IS NOT NULL))
);
CREATE INDEX deposit_movement_of ON deposit_movement (deposit_id);
CREATE UNIQUE INDEX deposit_movement_once ON deposit_movement (payment_id) WHERE kind IN ('PAID_IN', 'USED');
CREATE UNIQUE INDEX deposit_movement_refunded_once ON deposit_movement (refund_id, kind) WHERE refund_id IS NOT NULL;
