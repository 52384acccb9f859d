-- 客户群群发: what owners of customer groups send into these, and what came of it.
-- old code: it does not know these tables.
CREATE TABLE group_post (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    store_ids jsonb,
    content_id bigint NOT NULL REFERENCES campaign_content(id),
    state varchar(9) NOT NULL,
    reason varchar(80) NOT NULL,
    content_hash varchar(64) NOT NULL,
    approved_hash varchar(64) NOT NULL,
    approved_by bigint REFERENCES staff(id),
    author_id bigint NOT NULL REFERENCES staff(id),
    starts_at timestamptz NOT NULL,
    started_at timestamptz,
    ends_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL,
    version int NOT NULL,
    next_try_at timestamptz,
    tries int NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT group_post_has_a_name CHECK (name <> ''),
    CONSTRAINT group_post_four_eyes CHECK (approved_by <> author_id),
    CONSTRAINT group_post_says_what_was_approved CHECK (
        state IN ('DRAFT', 'PENDING', 'CANCELLED') OR (approved_hash = content_hash AND approved_by IS NOT NULL)),
    CONSTRAINT group_post_says_why CHECK ((state = 'FAILED') = (reason <> '')),
    CONSTRAINT group_post_runs_until CHECK (
        state NOT IN ('RUNNING', 'STOPPING', 'FINISHED') OR (started_at IS NOT NULL AND ends_at IS NOT NULL))
);
CREATE INDEX group_post_author ON group_post (author_id);
CREATE INDEX group_post_content ON group_post (content_id);
CREATE TABLE group_post_task (
    id bigserial PRIMARY KEY,
    group_post_id bigint NOT NULL REFERENCES group_post(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    store_short varchar(10) NOT NULL,
    state varchar(9) NOT NULL,
    reason varchar(80) NOT NULL,
    words_hash varchar(64) NOT NULL,
    asked_on date,
    turn int,
    first_asked_at timestamptz,
    asked_at timestamptz,
    platform_id varchar(64) NOT NULL,
    made_at timestamptz,
    confirmed_at timestamptz,
    read_at timestamptz,
    reminded_at jsonb NOT NULL DEFAULT '[]',
    reminder_owed_at timestamptz,
    created_at timestamptz NOT NULL,
    next_try_at timestamptz,
    tries int NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT group_post_task_once UNIQUE (group_post_id, staff_id),
    CONSTRAINT group_post_task_turn_once UNIQUE (staff_id, asked_on, turn),
    CONSTRAINT group_post_task_takes_a_turn CHECK ((asked_on IS NULL) = (turn IS NULL)),
    CONSTRAINT group_post_task_made_at_the_platform CHECK (
        state NOT IN ('MADE', 'CONFIRMED') OR (platform_id <> '' AND made_at IS NOT NULL)),
    CONSTRAINT group_post_task_confirmed_since CHECK (state <> 'CONFIRMED' OR confirmed_at IS NOT NULL),
    CONSTRAINT group_post_task_says_why CHECK ((state = 'FAILED') = (reason <> ''))
);
CREATE UNIQUE INDEX group_post_task_platform_once ON group_post_task (platform_id) WHERE platform_id <> '';
CREATE UNIQUE INDEX group_post_task_words_asked_once ON group_post_task (staff_id, words_hash) WHERE state = 'ASKED';
CREATE INDEX group_post_task_staff ON group_post_task (staff_id);
CREATE TABLE group_post_target (
    id bigserial PRIMARY KEY,
    group_post_id bigint NOT NULL REFERENCES group_post(id),
    customer_group_id bigint NOT NULL REFERENCES customer_group(id),
    group_post_task_id bigint REFERENCES group_post_task(id),
    state varchar(7) NOT NULL,
    reason varchar(80) NOT NULL,
    sent_at timestamptz,
    CONSTRAINT group_post_target_once UNIQUE (group_post_id, customer_group_id),
    CONSTRAINT group_post_target_says_why CHECK ((state = 'FAILED') = (reason <> '')),
    CONSTRAINT group_post_target_sent_at CHECK ((state = 'SENT') = (sent_at IS NOT NULL))
);
CREATE INDEX group_post_target_group ON group_post_target (customer_group_id);
CREATE INDEX group_post_target_task ON group_post_target (group_post_task_id);
