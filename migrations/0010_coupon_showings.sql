-- A coupon's code was the same for life, and no desk could read it: a picture of it would have been as good as the phone.
-- What is shown now is a row, good once and for minutes.
ALTER TABLE coupon DROP COLUMN code;

CREATE TABLE coupon_showing (
    id bigserial PRIMARY KEY,
    coupon_id bigint NOT NULL REFERENCES coupon(id) ON DELETE CASCADE,
    number varchar(10) NOT NULL UNIQUE,
    shown_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    scanned_at timestamptz,
    scanned_by_id bigint REFERENCES staff(id),
    store_id bigint REFERENCES store(id),
    used_for varchar(40) NOT NULL,
    used_at timestamptz,
    CONSTRAINT coupon_showing_scanned_in_time CHECK (scanned_at IS NULL OR scanned_at BETWEEN shown_at AND expires_at),
    CONSTRAINT coupon_showing_scanned_by_somebody CHECK (
        (scanned_at IS NULL) = (scanned_by_id IS NULL) AND (scanned_at IS NULL) = (store_id IS NULL)),
    CONSTRAINT coupon_showing_used_after_scan CHECK (
        (used_at IS NULL) = (used_for = '') AND (used_at IS NULL OR scanned_at IS NOT NULL))
);
CREATE UNIQUE INDEX coupon_showing_one_at_a_time ON coupon_showing (coupon_id) WHERE scanned_at IS NULL;
