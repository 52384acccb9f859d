-- 采购单: what a store orders from a supplier, and what is promised of it before it is there.
CREATE TABLE supplier (
    id bigserial PRIMARY KEY,
    name varchar(40) NOT NULL UNIQUE,
    lead_days integer NOT NULL DEFAULT 2,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT supplier_lead_days CHECK (lead_days BETWEEN 0 AND 180)
);

CREATE TABLE purchase_order (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    supplier_id bigint NOT NULL REFERENCES supplier(id),
    state varchar(14) NOT NULL,
    note varchar(120) NOT NULL DEFAULT '',
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    ordered_by bigint REFERENCES staff(id),
    ordered_at timestamptz,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT purchase_order_ended CHECK ((state IN ('ARRIVED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CONSTRAINT purchase_order_ordered
        CHECK (state IN ('DRAFT', 'CANCELLED') OR (ordered_at IS NOT NULL AND ordered_by IS NOT NULL))
);
CREATE INDEX purchase_order_of_store ON purchase_order (store_id, state);

CREATE TABLE purchase_line (
    id bigserial PRIMARY KEY,
    purchase_id bigint NOT NULL REFERENCES purchase_order(id),
    part_id bigint NOT NULL REFERENCES part(id),
    quantity integer NOT NULL,
    arrived integer NOT NULL DEFAULT 0,
    cost_fen bigint NOT NULL,
    eta timestamptz,
    reason varchar(80) NOT NULL DEFAULT '',
    CONSTRAINT purchase_line_once UNIQUE (purchase_id, part_id),
    CONSTRAINT purchase_line_quantity CHECK (quantity > 0),
    CONSTRAINT purchase_line_arrived CHECK (arrived BETWEEN 0 AND quantity),
    CONSTRAINT purchase_line_cost CHECK (cost_fen >= 0)
);
CREATE INDEX purchase_line_of_part ON purchase_line (part_id);

-- 订货留件: what a booking was promised of a delivery.
CREATE TABLE delivery_hold (
    id bigserial PRIMARY KEY,
    purchase_line_id bigint NOT NULL REFERENCES purchase_line(id),
    about varchar(60) NOT NULL,
    quantity integer NOT NULL,
    held_at timestamptz NOT NULL,
    CONSTRAINT delivery_hold_once UNIQUE (purchase_line_id, about),
    CONSTRAINT delivery_hold_quantity CHECK (quantity > 0)
);
CREATE INDEX delivery_hold_about ON delivery_hold (about);

-- What one of the pieces cost that came with a movement; NULL where nobody said.
ALTER TABLE stock_movement ADD COLUMN cost_fen bigint;
ALTER TABLE stock_movement ADD CONSTRAINT stock_movement_cost CHECK (cost_fen >= 0);
