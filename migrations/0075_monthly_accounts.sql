-- 月结: bills of companies are put on account and paid once a month.
CREATE TABLE monthly_account (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    company varchar(60) NOT NULL,
    state varchar(10) NOT NULL,
    limit_fen bigint NOT NULL,
    closing_day integer NOT NULL,
    pay_within_days integer NOT NULL,
    owed_fen bigint NOT NULL,
    asked_by_id bigint NOT NULL REFERENCES staff(id),
    asked_at timestamptz NOT NULL,
    decided_by_id bigint REFERENCES staff(id),
    decided_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT monthly_account_limit CHECK (limit_fen > 0),
    CONSTRAINT monthly_account_closing_day CHECK (closing_day BETWEEN 1 AND 28),
    CONSTRAINT monthly_account_pays_within CHECK (pay_within_days BETWEEN 1 AND 90),
    CONSTRAINT monthly_account_decided CHECK ((state = 'REQUESTED') = (decided_by_id IS NULL)
        AND (decided_by_id IS NULL) = (decided_at IS NULL)),
    CONSTRAINT monthly_account_decided_by_another CHECK (decided_by_id <> asked_by_id)
);
-- One account of a customer in a store, besides those that were refused.
CREATE UNIQUE INDEX monthly_account_one_of_each_customer ON monthly_account (store_id, customer_id)
    WHERE state <> 'REFUSED';
CREATE INDEX monthly_account_of_customer ON monthly_account (customer_id);
CREATE INDEX monthly_account_of_store ON monthly_account (store_id, state);

CREATE TABLE account_month (
    id bigserial PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES monthly_account(id),
    ends_on date NOT NULL,
    due_on date NOT NULL,
    charged_fen bigint NOT NULL,
    paid_fen bigint NOT NULL,
    reminded_on date,
    CONSTRAINT uid_account_month UNIQUE (account_id, ends_on),
    CONSTRAINT account_month_paid CHECK (charged_fen > 0 AND paid_fen BETWEEN 0 AND charged_fen)
);

CREATE TABLE account_entry (
    id bigserial PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES monthly_account(id),
    kind varchar(8) NOT NULL,
    amount_fen bigint NOT NULL,
    payment_id bigint REFERENCES payment(id),
    bill_id bigint REFERENCES bill(id),
    month_ends_on date,
    reference varchar(40) NOT NULL,
    by_id bigint REFERENCES staff(id),
    at timestamptz NOT NULL,
    CONSTRAINT account_entry_sign CHECK ((kind = 'CHARGED') = (amount_fen > 0)),
    CONSTRAINT account_entry_of_what
        CHECK ((kind = 'REPAID') = (payment_id IS NULL) AND (kind = 'REPAID') = (reference <> '')),
    CONSTRAINT account_entry_month CHECK ((kind = 'CHARGED') = (month_ends_on IS NOT NULL))
);
CREATE INDEX account_entry_of ON account_entry (account_id);
-- The same entry of the bank is booked once, and a payment charges an account once.
CREATE UNIQUE INDEX account_entry_repaid_once ON account_entry (account_id, reference) WHERE kind = 'REPAID';
CREATE UNIQUE INDEX account_entry_charged_once ON account_entry (payment_id) WHERE kind = 'CHARGED';
