-- A template may have a budget: what its coupons took off and what those still out may take off.
ALTER TABLE coupon_template ADD COLUMN budget_fen bigint;
ALTER TABLE coupon_template ADD COLUMN budget_told_at timestamptz;
ALTER TABLE coupon_template ADD CONSTRAINT coupon_template_budget CHECK (budget_fen IS NULL OR budget_fen > 0);
-- What is still out is counted at each issue of a template with a budget.
CREATE INDEX coupon_of_template ON coupon (template_id, state);
