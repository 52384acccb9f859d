-- A standing plan may give a coupon to each person it reaches; a run gives what its plan gave when it began.
ALTER TABLE standing_plan ADD COLUMN gift_template_id bigint REFERENCES coupon_template(id);
ALTER TABLE standing_run ADD COLUMN gift_template_id bigint REFERENCES coupon_template(id);
ALTER TABLE standing_run ADD CONSTRAINT standing_run_gives_by_a_broadcast
    CHECK (gift_template_id IS NULL OR broadcast_id IS NOT NULL);
CREATE INDEX ON standing_plan (gift_template_id);
CREATE INDEX ON standing_run (gift_template_id);
