-- The kinds of notice a person does without.
CREATE TABLE notice_off (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    notice varchar(40) NOT NULL,
    since timestamptz NOT NULL,
    UNIQUE (customer_id, notice)
);
