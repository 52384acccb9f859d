-- A template may be given by itself some days after a visit that was paid.
ALTER TABLE coupon_template ADD COLUMN after_visit_days int;
ALTER TABLE coupon_template ADD COLUMN after_visit_least_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE coupon_template ADD CONSTRAINT coupon_template_after_visit CHECK (
    (after_visit_days IS NULL OR after_visit_days BETWEEN 0 AND 365) AND after_visit_least_fen >= 0
);
