-- 唤醒循环: a store's sleeping owners are worked on path by path, and every try is a row.
-- old code: it does not know these tables, and a longer path fits into what it reads; a class it writes has no paths
-- until the next night of the new code.
ALTER TABLE waking_class ALTER COLUMN path TYPE varchar(6);
ALTER TABLE waking_class ADD COLUMN paths jsonb NOT NULL DEFAULT '[]';
CREATE TABLE waking_loop (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    is_running boolean NOT NULL,
    changed_by bigint NOT NULL REFERENCES staff(id),
    changed_at timestamptz NOT NULL,
    version int NOT NULL,
    CONSTRAINT waking_loop_one_of_a_store UNIQUE (store_id)
);
CREATE TABLE waking_attempt (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    store_id bigint NOT NULL REFERENCES store(id),
    path varchar(6) NOT NULL,
    state varchar(8) NOT NULL,
    asleep_as varchar(8) NOT NULL,
    value numeric(2, 1) NOT NULL,
    opened_at timestamptz NOT NULL,
    from_on date NOT NULL,
    sent_at timestamptz,
    window_ends_on date,
    answer_by date,
    reaction varchar(7),
    reacted_at timestamptz,
    ended_at timestamptz,
    ended_because varchar(40) NOT NULL,
    CONSTRAINT waking_attempt_ended CHECK ((state = 'OPEN') = (ended_at IS NULL)),
    CONSTRAINT waking_attempt_by_a_way CHECK (path <> 'ASK'),
    CONSTRAINT waking_attempt_waits_once_sent CHECK (
        (sent_at IS NULL) = (answer_by IS NULL) AND (sent_at IS NULL) = (window_ends_on IS NULL)),
    CONSTRAINT waking_attempt_reacted_after_it_was_sent CHECK (
        (reaction IS NULL) = (reacted_at IS NULL) AND (reaction IS NULL OR sent_at IS NOT NULL)),
    CONSTRAINT waking_attempt_says_what_came CHECK (
        (state <> 'WOKE' OR reaction IN ('BOOKED', 'CAME'))
        AND (state <> 'REACTED' OR reaction IS NOT NULL) AND (state <> 'SILENT' OR reaction IS NULL)
        AND (state <> 'UNSENT' OR sent_at IS NULL))
);
CREATE UNIQUE INDEX waking_attempt_one_open ON waking_attempt (customer_id) WHERE state = 'OPEN';
CREATE INDEX waking_attempt_customer ON waking_attempt (customer_id, opened_at);
CREATE INDEX waking_attempt_store ON waking_attempt (store_id, state, path);
CREATE INDEX waking_attempt_window_ends_on ON waking_attempt (window_ends_on);
