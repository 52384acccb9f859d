-- 再优惠: what is taken off jobs after the first estimate.
CREATE TABLE later_discount (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    off jsonb NOT NULL,
    off_fen bigint NOT NULL,
    reason varchar(80) NOT NULL,
    state varchar(9) NOT NULL,
    content_hash varchar(64) NOT NULL,
    asked_by bigint NOT NULL REFERENCES staff(id),
    asked_at timestamptz NOT NULL,
    decided_by_id bigint REFERENCES staff(id),
    decided_at timestamptz,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT later_discount_says_why CHECK (off_fen > 0 AND reason <> ''),
    CONSTRAINT later_discount_four_eyes CHECK (decided_by_id IS NULL OR decided_by_id <> asked_by),
    CONSTRAINT later_discount_decided CHECK ((state = 'WAITING') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX later_discount_one_waits ON later_discount (repair_order_id) WHERE state = 'WAITING';
CREATE INDEX later_discount_of_order ON later_discount (repair_order_id, id);
