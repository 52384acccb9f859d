-- The price of a labour hour of a store from a day on; before its first one the rates on the store itself hold.
CREATE TABLE labour_rate (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    kind varchar(10) NOT NULL,
    hour_fen bigint NOT NULL,
    valid_from date NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT labour_rate_once UNIQUE (store_id, kind, valid_from),
    CONSTRAINT labour_rate_is_a_price CHECK (hour_fen >= 0)
);
