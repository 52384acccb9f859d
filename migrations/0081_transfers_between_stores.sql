-- 调拨: pieces that one store gives to another. Between SENT and RECEIVED they lie in no bin; the line says how many.
CREATE TABLE part_transfer (
    id bigserial PRIMARY KEY,
    from_store_id bigint NOT NULL REFERENCES store(id),
    to_store_id bigint NOT NULL REFERENCES store(id),
    state varchar(10) NOT NULL,
    note varchar(120) NOT NULL DEFAULT '',
    answer varchar(120) NOT NULL DEFAULT '',
    eta timestamptz,
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    decided_by bigint REFERENCES staff(id),
    sent_by bigint REFERENCES staff(id),
    sent_at timestamptz,
    received_by bigint REFERENCES staff(id),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT part_transfer_between_two CHECK (from_store_id <> to_store_id),
    CONSTRAINT part_transfer_ended
        CHECK ((state IN ('RECEIVED', 'REFUSED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CONSTRAINT part_transfer_sent
        CHECK ((state IN ('SENT', 'RECEIVED')) = (sent_at IS NOT NULL AND sent_by IS NOT NULL)),
    CONSTRAINT part_transfer_received CHECK ((state = 'RECEIVED') = (received_by IS NOT NULL)),
    CONSTRAINT part_transfer_expected
        CHECK (state IN ('ASKED', 'REFUSED', 'CANCELLED') OR eta IS NOT NULL)
);
CREATE INDEX part_transfer_given_by ON part_transfer (from_store_id, state);
CREATE INDEX part_transfer_asked_by ON part_transfer (to_store_id, state);

CREATE TABLE part_transfer_line (
    id bigserial PRIMARY KEY,
    transfer_id bigint NOT NULL REFERENCES part_transfer(id),
    part_id bigint NOT NULL REFERENCES part(id),
    quantity integer NOT NULL,
    given integer,
    received integer,
    cost_fen bigint,
    reason varchar(80) NOT NULL DEFAULT '',
    CONSTRAINT part_transfer_line_once UNIQUE (transfer_id, part_id),
    CONSTRAINT part_transfer_line_quantity CHECK (quantity > 0),
    CONSTRAINT part_transfer_line_given CHECK (given BETWEEN 0 AND quantity),
    CONSTRAINT part_transfer_line_counted CHECK (received >= 0),
    -- Other than what was sent arrived: somebody said why.
    CONSTRAINT part_transfer_line_explained CHECK (received IS NULL OR received = given OR reason <> ''),
    CONSTRAINT part_transfer_line_cost CHECK (cost_fen >= 0)
);
CREATE INDEX part_transfer_line_of_part ON part_transfer_line (part_id);
