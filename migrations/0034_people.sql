-- People: who gets what of a member who leaves, and friends that WeCom hands over.

ALTER TABLE staff ADD COLUMN closed_at timestamptz;
ALTER TABLE staff ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE staff ADD CONSTRAINT staff_closed_is_not_active CHECK (closed_at IS NULL OR NOT is_active);

CREATE TABLE friend_transfer (
    id bigserial PRIMARY KEY,
    friendship_id bigint NOT NULL REFERENCES friendship(id) ON DELETE CASCADE,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    external_userid varchar(64) NOT NULL,
    from_id bigint NOT NULL REFERENCES staff(id),
    to_id bigint NOT NULL REFERENCES staff(id),
    pair varchar(44) NOT NULL,
    is_resigned boolean NOT NULL,
    state varchar(12) NOT NULL,
    errcode integer NOT NULL,
    wanted_at timestamptz NOT NULL,
    asked_at timestamptz,
    ended_at timestamptz,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT friend_transfer_two_people CHECK (from_id <> to_id),
    CONSTRAINT friend_transfer_times CHECK (
        (ended_at IS NULL) = (state IN ('WANTED', 'ASKED')) AND (state <> 'ASKED' OR asked_at IS NOT NULL)
    )
);
CREATE UNIQUE INDEX friend_transfer_one_open ON friend_transfer (friendship_id) WHERE state IN ('WANTED', 'ASKED');
CREATE INDEX idx_friend_transfer_pair ON friend_transfer (pair, state);
CREATE INDEX idx_friend_transfer_customer ON friend_transfer (customer_id);

CREATE TABLE succession (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id),
    store_id bigint REFERENCES store(id),
    is_leaving boolean NOT NULL,
    state varchar(10) NOT NULL,
    prepared_by_id bigint NOT NULL REFERENCES staff(id),
    prepared_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    version integer NOT NULL,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT succession_times CHECK (
        (ended_at IS NULL) = (state IN ('PREPARED', 'RUNNING'))
        AND (state NOT IN ('RUNNING', 'DONE') OR started_at IS NOT NULL)
    )
);
CREATE UNIQUE INDEX succession_one_open ON succession (staff_id) WHERE state IN ('PREPARED', 'RUNNING');

CREATE TABLE succession_item (
    id bigserial PRIMARY KEY,
    succession_id bigint NOT NULL REFERENCES succession(id) ON DELETE CASCADE,
    kind varchar(12) NOT NULL,
    thing_id bigint NOT NULL,
    role varchar(10) NOT NULL,
    store_id bigint REFERENCES store(id),
    customer_id bigint REFERENCES customer(id),
    words varchar(60) NOT NULL,
    to_id bigint REFERENCES staff(id),
    why varchar(14) NOT NULL,
    state varchar(16) NOT NULL,
    refusal varchar(40) NOT NULL,
    ended_at timestamptz,
    CONSTRAINT succession_item_end CHECK ((ended_at IS NULL) = (state = 'PLANNED')),
    CONSTRAINT succession_item_taker CHECK (state NOT IN ('DONE', 'ASKED') OR to_id IS NOT NULL),
    CONSTRAINT uid_succession_item_thing UNIQUE (succession_id, kind, thing_id, role)
);
CREATE INDEX idx_succession_item_state ON succession_item (succession_id, state);
CREATE INDEX idx_succession_item_customer ON succession_item (customer_id);

-- WeCom's address book as last read, what its departments, positions and tags mean, and differences left as they are.
CREATE TABLE directory_pull (
    id bigserial PRIMARY KEY,
    state varchar(8) NOT NULL,
    by_id bigint REFERENCES staff(id),
    todo jsonb,
    departments integer NOT NULL,
    members integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT directory_pull_end CHECK ((ended_at IS NULL) = (state = 'RUNNING'))
);
CREATE UNIQUE INDEX directory_pull_one_running ON directory_pull (state) WHERE state = 'RUNNING';

CREATE TABLE directory_department (
    id bigint PRIMARY KEY,
    name varchar(64) NOT NULL,
    parent_id bigint NOT NULL,
    pull_id bigint NOT NULL REFERENCES directory_pull(id)
);

CREATE TABLE directory_tag (
    id bigint PRIMARY KEY,
    name varchar(64) NOT NULL
);

CREATE TABLE directory_member (
    id bigserial PRIMARY KEY,
    userid varchar(64) NOT NULL UNIQUE,
    name varchar(40) NOT NULL,
    position varchar(64) NOT NULL,
    departments jsonb NOT NULL,
    tags jsonb NOT NULL,
    is_there boolean NOT NULL,
    pull_id bigint REFERENCES directory_pull(id),
    read_at timestamptz NOT NULL
);

CREATE TABLE directory_rule (
    id bigserial PRIMARY KEY,
    kind varchar(10) NOT NULL,
    key varchar(64) NOT NULL,
    store_id bigint REFERENCES store(id),
    role varchar(4),
    set_by_id bigint NOT NULL REFERENCES staff(id),
    set_at timestamptz NOT NULL,
    CONSTRAINT directory_rule_means_one_thing CHECK (
        CASE WHEN kind = 'DEPARTMENT' THEN store_id IS NOT NULL AND role IS NULL
             ELSE role IS NOT NULL AND store_id IS NULL END
    ),
    CONSTRAINT uid_directory_rule_key UNIQUE (kind, key)
);

CREATE TABLE directory_refusal (
    id bigserial PRIMARY KEY,
    userid varchar(64) NOT NULL,
    kind varchar(8) NOT NULL,
    fingerprint varchar(32) NOT NULL,
    by_id bigint NOT NULL REFERENCES staff(id),
    at timestamptz NOT NULL,
    CONSTRAINT uid_directory_refusal_once UNIQUE (userid, fingerprint)
);
CREATE INDEX idx_directory_refusal_at ON directory_refusal (at);

-- Every member's list of WeCom friends, read whole, and what was found.
CREATE TABLE friend_pull (
    id bigserial PRIMARY KEY,
    by_id bigint REFERENCES staff(id),
    started_at timestamptz NOT NULL,
    listed_at timestamptz,
    ended_at timestamptz,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT ''
);

CREATE TABLE friend_walk (
    id bigserial PRIMARY KEY,
    pull_id bigint NOT NULL REFERENCES friend_pull(id) ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES staff(id),
    state varchar(8) NOT NULL,
    cursor varchar(200) NOT NULL,
    started_at timestamptz NOT NULL,
    friends integer NOT NULL,
    missing integer NOT NULL,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT uid_friend_walk_member UNIQUE (pull_id, staff_id)
);
CREATE INDEX idx_friend_walk_state ON friend_walk (state);

CREATE TABLE friend_drift (
    id bigserial PRIMARY KEY,
    pull_id bigint NOT NULL REFERENCES friend_pull(id) ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES staff(id),
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    kind varchar(6) NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX idx_friend_drift_pull ON friend_drift (pull_id, id);
CREATE INDEX idx_friend_drift_customer ON friend_drift (customer_id);

ALTER TABLE friendship ADD COLUMN seen_in_id bigint REFERENCES friend_pull(id) ON DELETE SET NULL;

-- What a group changed of the table of rights, and who stands in for whom.
CREATE TABLE right_change (
    id bigserial PRIMARY KEY,
    action varchar(60) NOT NULL,
    role varchar(4) NOT NULL,
    reach varchar(5) NOT NULL,
    reason varchar(200) NOT NULL,
    set_by_id bigint NOT NULL REFERENCES staff(id),
    set_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by_id bigint REFERENCES staff(id),
    CONSTRAINT right_change_reach CHECK (reach IN ('', 'SELF', 'TEAM', 'STORE')),
    CONSTRAINT right_change_end CHECK ((ended_at IS NULL) = (ended_by_id IS NULL))
);
CREATE UNIQUE INDEX right_change_one_stands ON right_change (action, role) WHERE ended_at IS NULL;

CREATE TABLE deputy (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id),
    deputy_id bigint NOT NULL REFERENCES staff(id),
    first_on date NOT NULL,
    last_on date NOT NULL,
    named_by_id bigint NOT NULL REFERENCES staff(id),
    named_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT deputy_two_people CHECK (staff_id <> deputy_id),
    CONSTRAINT deputy_days CHECK (first_on <= last_on),
    -- On one day one colleague stands in for a member.
    CONSTRAINT deputy_one_a_day EXCLUDE USING gist (
        int8range(staff_id, staff_id, '[]') WITH &&, daterange(first_on, last_on, '[]') WITH &&
    ) WHERE (ended_at IS NULL)
);
CREATE INDEX idx_deputy_deputy ON deputy (deputy_id, last_on);
CREATE INDEX idx_deputy_staff ON deputy (staff_id, last_on);
