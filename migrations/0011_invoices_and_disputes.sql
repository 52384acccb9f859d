-- Owners ask for invoices and dispute lines of their bills: rows with a state and a due time that staff see and move.

CREATE TABLE invoice_title (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    kind varchar(8) NOT NULL,
    name varchar(100) NOT NULL,
    tax_number varchar(20) NOT NULL,
    address varchar(120) NOT NULL,
    phone varchar(20) NOT NULL,
    bank varchar(60) NOT NULL,
    account varchar(40) NOT NULL,
    email varchar(80) NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT uid_invoice_title UNIQUE (customer_id, kind, name, tax_number),
    CONSTRAINT invoice_title_company_has_number CHECK ((kind = 'COMPANY') = (tax_number <> '')),
    CONSTRAINT invoice_title_has_name CHECK (name <> '')
);

CREATE TABLE invoice_request (
    id bigserial PRIMARY KEY,
    bill_id bigint NOT NULL REFERENCES bill(id),
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    kind varchar(8) NOT NULL,
    title_kind varchar(8) NOT NULL,
    name varchar(100) NOT NULL,
    tax_number varchar(20) NOT NULL,
    address varchar(120) NOT NULL,
    phone varchar(20) NOT NULL,
    bank varchar(60) NOT NULL,
    account varchar(40) NOT NULL,
    email varchar(80) NOT NULL,
    amount_fen bigint NOT NULL,
    state varchar(10) NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    ended_at timestamptz,
    handled_by_id bigint REFERENCES staff(id),
    number varchar(20) NOT NULL,
    refusal varchar(120) NOT NULL,
    version int NOT NULL,
    CONSTRAINT invoice_request_amount CHECK (amount_fen > 0),
    CONSTRAINT invoice_request_special_is_for_companies CHECK (
        kind = 'NORMAL' OR (title_kind = 'COMPANY' AND tax_number <> '')),
    CONSTRAINT invoice_request_issued_has_number CHECK ((state = 'ISSUED') = (number <> '')),
    CONSTRAINT invoice_request_refused_in_words CHECK ((state = 'REFUSED') = (refusal <> '')),
    CONSTRAINT invoice_request_ended CHECK ((state = 'REQUESTED') = (ended_at IS NULL)),
    CONSTRAINT invoice_request_handled_by_somebody CHECK (
        state NOT IN ('ISSUED', 'REFUSED') OR handled_by_id IS NOT NULL)
);
CREATE INDEX idx_invoice_request_store ON invoice_request (store_id, state, due_at);
CREATE INDEX idx_invoice_request_customer ON invoice_request (customer_id);
CREATE UNIQUE INDEX invoice_request_one_live_per_bill ON invoice_request (bill_id)
    WHERE state IN ('REQUESTED', 'ISSUED');
CREATE UNIQUE INDEX invoice_request_number_once ON invoice_request (number) WHERE number <> '';

CREATE TABLE bill_dispute (
    id bigserial PRIMARY KEY,
    bill_id bigint NOT NULL REFERENCES bill(id),
    line_no int NOT NULL,
    name varchar(20) NOT NULL,
    amount_fen bigint NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    reason varchar(200) NOT NULL,
    state varchar(10) NOT NULL,
    raised_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    taken_at timestamptz,
    handled_by_id bigint REFERENCES staff(id),
    answer varchar(200) NOT NULL,
    ended_at timestamptz,
    version int NOT NULL,
    CONSTRAINT bill_dispute_has_reason CHECK (reason <> ''),
    CONSTRAINT bill_dispute_ended CHECK ((state IN ('OPEN', 'IN_HAND')) = (ended_at IS NULL)),
    CONSTRAINT bill_dispute_answered_in_words CHECK (
        state NOT IN ('CORRECTED', 'UPHELD') OR (answer <> '' AND handled_by_id IS NOT NULL)),
    CONSTRAINT bill_dispute_in_hand_of_somebody CHECK (
        state <> 'IN_HAND' OR (handled_by_id IS NOT NULL AND taken_at IS NOT NULL))
);
CREATE INDEX idx_bill_dispute_store ON bill_dispute (store_id, state, due_at);
CREATE INDEX idx_bill_dispute_customer ON bill_dispute (customer_id);
CREATE UNIQUE INDEX bill_dispute_one_waiting_per_line ON bill_dispute (bill_id, line_no)
    WHERE state IN ('OPEN', 'IN_HAND');
