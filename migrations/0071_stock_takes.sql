-- 盘点单: the bins of a zone, counted once.
CREATE TABLE stock_take (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    zone varchar(20) NOT NULL DEFAULT '',
    state varchar(10) NOT NULL,
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    finished_at timestamptz,
    booked_by bigint REFERENCES staff(id),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT stock_take_ended CHECK ((state IN ('BOOKED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CONSTRAINT stock_take_booked CHECK ((state = 'BOOKED') = (booked_by IS NOT NULL))
);
CREATE UNIQUE INDEX stock_take_one_under_way ON stock_take (store_id, zone) WHERE state IN ('COUNTING', 'COUNTED');

-- What was counted of a part in a bin, and what the ledger said at that moment.
CREATE TABLE stock_take_line (
    id bigserial PRIMARY KEY,
    stock_take_id bigint NOT NULL REFERENCES stock_take(id),
    stock_id bigint NOT NULL REFERENCES part_stock(id),
    bin varchar(20) NOT NULL,
    counted integer,
    expected integer,
    counted_by bigint REFERENCES staff(id),
    counted_at timestamptz,
    reason varchar(80) NOT NULL DEFAULT '',
    CONSTRAINT stock_take_line_once UNIQUE (stock_take_id, stock_id, bin),
    CONSTRAINT stock_take_line_counted CHECK (counted >= 0),
    CONSTRAINT stock_take_line_whole
        CHECK ((counted IS NULL) = (expected IS NULL) AND (counted IS NULL) = (counted_by IS NULL))
);
