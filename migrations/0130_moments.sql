-- 企业朋友圈: what members publish in the Moments of their customers, and what came of it.
-- old code: it does not know these tables.
CREATE TABLE moment (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    store_ids jsonb,
    tags jsonb NOT NULL DEFAULT '{}',
    content_id bigint NOT NULL REFERENCES campaign_content(id),
    words_hash varchar(64) NOT NULL,
    state varchar(10) NOT NULL,
    reason varchar(80) NOT NULL,
    content_hash varchar(64) NOT NULL,
    approved_hash varchar(64) NOT NULL,
    approved_by bigint REFERENCES staff(id),
    author_id bigint NOT NULL REFERENCES staff(id),
    starts_at timestamptz NOT NULL,
    first_asked_at timestamptz,
    asked_at timestamptz,
    job_id varchar(64) NOT NULL,
    platform_id varchar(64) NOT NULL,
    started_at timestamptz,
    ends_at timestamptz,
    read_until timestamptz,
    read_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL,
    version int NOT NULL,
    next_try_at timestamptz,
    tries int NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT moment_has_a_name CHECK (name <> ''),
    CONSTRAINT moment_four_eyes CHECK (approved_by <> author_id),
    CONSTRAINT moment_says_what_was_approved CHECK (
        state IN ('DRAFT', 'PENDING', 'CANCELLED') OR (approved_hash = content_hash AND approved_by IS NOT NULL)),
    CONSTRAINT moment_says_why CHECK ((state = 'FAILED') = (reason <> '')),
    CONSTRAINT moment_runs_at_the_platform CHECK (
        state NOT IN ('RUNNING', 'WATCHED', 'FINISHED')
        OR (platform_id <> '' AND started_at IS NOT NULL AND ends_at IS NOT NULL))
);
CREATE UNIQUE INDEX moment_platform_once ON moment (platform_id) WHERE platform_id <> '';
CREATE UNIQUE INDEX moment_words_made_once_at_a_time ON moment (words_hash) WHERE state IN ('ASKED', 'MAKING');
CREATE INDEX moment_author ON moment (author_id);
CREATE INDEX moment_content ON moment (content_id);
CREATE TABLE moment_part (
    id bigserial PRIMARY KEY,
    moment_id bigint NOT NULL REFERENCES moment(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    state varchar(9) NOT NULL,
    published_at timestamptz,
    chosen int NOT NULL,
    seen_by int NOT NULL,
    likes int NOT NULL,
    comments int NOT NULL,
    reminded_at jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT moment_part_once UNIQUE (moment_id, staff_id),
    CONSTRAINT moment_part_published CHECK ((state = 'PUBLISHED') = (published_at IS NOT NULL))
);
CREATE INDEX moment_part_staff ON moment_part (staff_id);
CREATE TABLE moment_reaction (
    id bigserial PRIMARY KEY,
    moment_part_id bigint NOT NULL REFERENCES moment_part(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    kind varchar(7) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT moment_reaction_once UNIQUE (moment_part_id, customer_id, kind, at)
);
CREATE INDEX moment_reaction_customer ON moment_reaction (customer_id);
