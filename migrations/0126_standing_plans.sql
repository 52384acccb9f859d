-- 定期计划: a broadcast that is repeated by a rule; each due moment is run once.
-- old code: it does not know these tables.
CREATE TABLE standing_plan (
    id bigserial PRIMARY KEY,
    name varchar(20) NOT NULL,
    pattern_id bigint NOT NULL REFERENCES broadcast(id),
    store_ids jsonb,
    rhythm varchar(8) NOT NULL,
    at_minute smallint NOT NULL,
    weekday smallint,
    month_day smallint,
    happening varchar(12),
    days_after smallint,
    on_holiday varchar(5) NOT NULL,
    ends_on date,
    budget_fen bigint NOT NULL,
    state varchar(8) NOT NULL,
    content_hash varchar(64) NOT NULL,
    approved_hash varchar(64) NOT NULL,
    approved_by bigint REFERENCES staff(id),
    author_id bigint NOT NULL REFERENCES staff(id),
    next_due_at timestamptz,
    created_at timestamptz NOT NULL,
    version int NOT NULL,
    CONSTRAINT standing_plan_has_a_name CHECK (name <> ''),
    CONSTRAINT standing_plan_at CHECK (at_minute BETWEEN 0 AND 1439),
    CONSTRAINT standing_plan_budget CHECK (budget_fen >= 0),
    CONSTRAINT standing_plan_four_eyes CHECK (approved_by <> author_id),
    CONSTRAINT standing_plan_rule CHECK (
        (rhythm = 'WEEKLY') = (weekday IS NOT NULL) AND (rhythm = 'MONTHLY') = (month_day IS NOT NULL)
        AND (rhythm = 'AFTER') = (happening IS NOT NULL AND days_after IS NOT NULL)),
    CONSTRAINT standing_plan_approved_as_it_is CHECK (
        state NOT IN ('ACTIVE', 'PAUSED') OR (approved_hash = content_hash AND approved_by IS NOT NULL)),
    CONSTRAINT standing_plan_due_while_active CHECK (next_due_at IS NULL OR state = 'ACTIVE')
);
CREATE INDEX standing_plan_next_due_at ON standing_plan (next_due_at);
CREATE INDEX standing_plan_pattern ON standing_plan (pattern_id);
CREATE INDEX standing_plan_author ON standing_plan (author_id);
CREATE TABLE standing_run (
    id bigserial PRIMARY KEY,
    standing_plan_id bigint NOT NULL REFERENCES standing_plan(id),
    due_at timestamptz NOT NULL,
    state varchar(8) NOT NULL,
    reason varchar(120) NOT NULL,
    broadcast_id bigint REFERENCES broadcast(id),
    ran_at timestamptz NOT NULL,
    CONSTRAINT standing_run_once UNIQUE (standing_plan_id, due_at),
    CONSTRAINT standing_run_of_a_broadcast UNIQUE (broadcast_id),
    CONSTRAINT standing_run_started CHECK ((state = 'STARTED') = (broadcast_id IS NOT NULL)),
    CONSTRAINT standing_run_says_why CHECK (state = 'STARTED' OR reason <> '')
);
