-- Coupons that look as if somebody farms them, until a person has looked.
CREATE TABLE coupon_finding (
    id bigserial PRIMARY KEY,
    kind varchar(16) NOT NULL,
    store_id bigint REFERENCES store(id),
    words varchar(80) NOT NULL,
    state varchar(10) NOT NULL,
    found_at timestamptz NOT NULL,
    decided_by_id bigint REFERENCES staff(id),
    decided_at timestamptz,
    note varchar(80) NOT NULL,
    version int NOT NULL,
    CONSTRAINT coupon_finding_decided CHECK (
        (state = 'OPEN') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)
    )
);
CREATE INDEX ON coupon_finding (state, store_id);

CREATE TABLE found_coupon (
    id bigserial PRIMARY KEY,
    finding_id bigint NOT NULL REFERENCES coupon_finding(id),
    kind varchar(16) NOT NULL,
    coupon_id bigint NOT NULL REFERENCES coupon(id)
);
CREATE INDEX ON found_coupon (finding_id);
CREATE INDEX ON found_coupon (coupon_id);
-- What was cleared does not come back, and two schedulers do not note it twice.
CREATE UNIQUE INDEX found_coupon_once ON found_coupon (kind, coupon_id);
