-- 唤醒池: each owner's class as the last night found it, and how they moved from state to state.
-- old code: it does not know these tables.
CREATE TABLE waking_class (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    state varchar(8) NOT NULL,
    since_on date,
    previous varchar(8),
    last_seen_on date NOT NULL,
    due_on date NOT NULL,
    value numeric(2, 1) NOT NULL,
    is_lost_value boolean NOT NULL,
    path varchar(4) NOT NULL,
    weekday smallint NOT NULL,
    CONSTRAINT waking_class_one_of_an_owner UNIQUE (customer_id),
    CONSTRAINT waking_class_weekday CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT waking_class_since CHECK ((state = 'GONE') = (since_on IS NULL)),
    CONSTRAINT waking_class_moved CHECK (previous <> state)
);
CREATE INDEX waking_class_state ON waking_class (state, value, customer_id);
CREATE TABLE waking_move (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    moved_on date NOT NULL,
    before varchar(8) NOT NULL,
    after varchar(8) NOT NULL,
    CONSTRAINT waking_move_moves CHECK (before <> after)
);
CREATE INDEX waking_move_customer ON waking_move (customer_id);
CREATE INDEX waking_move_moved_on ON waking_move (moved_on);
