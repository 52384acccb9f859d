-- 触达: what a customer was asked, and what they said. After a no the same question is never put to them again.
CREATE TABLE reach_ask (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    store_id bigint NOT NULL REFERENCES store(id),
    kind varchar(8) NOT NULL,
    answer varchar(6) NOT NULL,
    place varchar(10) NOT NULL,
    asked_by_id bigint NOT NULL REFERENCES staff(id),
    asked_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX reach_ask_one_no ON reach_ask (customer_id, kind) WHERE answer = 'NO';
CREATE INDEX reach_ask_of_customer ON reach_ask (customer_id, kind);
CREATE INDEX reach_ask_of_store ON reach_ask (store_id, asked_at);
