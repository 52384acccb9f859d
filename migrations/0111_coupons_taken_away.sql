-- Coupons are taken away when somebody else agreed, and frozen while they are looked into.
ALTER TABLE coupon ADD COLUMN frozen_why varchar(80) NOT NULL DEFAULT '';
ALTER TABLE coupon ADD CONSTRAINT coupon_frozen_for_a_reason CHECK ((state = 'FROZEN') = (frozen_why <> ''));

CREATE TABLE coupon_voiding (
    id bigserial PRIMARY KEY,
    template_id bigint NOT NULL REFERENCES coupon_template(id),
    chosen jsonb NOT NULL,
    coupon_count int NOT NULL,
    reason varchar(20) NOT NULL,
    state varchar(8) NOT NULL,
    asked_by_id bigint NOT NULL REFERENCES staff(id),
    asked_at timestamptz NOT NULL,
    decided_by_id bigint REFERENCES staff(id),
    decided_at timestamptz,
    ended_at timestamptz,
    voided_count int NOT NULL,
    next_try_at timestamptz,
    tries int NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT coupon_voiding_times CHECK (
        (state = 'WAITING') = (decided_at IS NULL) AND (state IN ('DONE', 'REFUSED')) = (ended_at IS NOT NULL)
    ),
    CONSTRAINT coupon_voiding_four_eyes CHECK (decided_by_id IS NULL OR decided_by_id <> asked_by_id),
    CONSTRAINT coupon_voiding_for_a_reason CHECK (reason <> '')
);
CREATE INDEX ON coupon_voiding (asked_by_id);
CREATE INDEX ON coupon_voiding (template_id);
-- Two requests about one template would count the same coupons twice.
CREATE UNIQUE INDEX coupon_voiding_one_at_a_time ON coupon_voiding (template_id) WHERE state IN ('WAITING', 'AGREED');
