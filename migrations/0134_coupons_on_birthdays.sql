-- A template may be given by itself to owners on their birthday, and what was given by itself is noted by day.
ALTER TABLE coupon_template ADD COLUMN is_birthday_gift boolean NOT NULL DEFAULT false;
CREATE TABLE coupon_granting (
    id bigserial PRIMARY KEY,
    template_id bigint NOT NULL REFERENCES coupon_template(id),
    occasion varchar(13) NOT NULL,
    on_day date NOT NULL,
    given int NOT NULL,
    short int NOT NULL,
    why varchar(20) NOT NULL,
    CONSTRAINT coupon_granting_once_a_day UNIQUE (template_id, occasion, on_day),
    CONSTRAINT coupon_granting_counts CHECK (given >= 0 AND short >= 0),
    CONSTRAINT coupon_granting_says_why CHECK ((short > 0) = (why <> ''))
);
-- The budget of a live template is raised once somebody else agreed.
ALTER TABLE coupon_template ADD COLUMN asked_budget_fen bigint;
ALTER TABLE coupon_template ADD CONSTRAINT coupon_template_budget_is_raised
    CHECK (asked_budget_fen IS NULL OR (asked_quota IS NOT NULL AND asked_budget_fen > budget_fen));
