-- 标签: the tags of the house, kept in step with the corp tags of WeCom; who carries which, and why; what WeCom is still
-- to be told of a friend.
-- old code: it writes only the names on the customer and the friendship; the nightly reading brings the rows in line.
CREATE SEQUENCE tag_turn;
CREATE TABLE tag_group (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    wecom_id varchar(64) UNIQUE,
    created_at timestamptz NOT NULL,
    CONSTRAINT tag_group_has_a_name CHECK (name <> '')
);
CREATE UNIQUE INDEX tag_group_once_until_it_is_there ON tag_group (name) WHERE wecom_id IS NULL;
CREATE TABLE tag (
    id bigserial PRIMARY KEY,
    group_id bigint REFERENCES tag_group(id),
    name varchar(30) NOT NULL,
    wecom_id varchar(64) UNIQUE,
    state varchar(8) NOT NULL,
    is_ours boolean NOT NULL,
    since timestamptz NOT NULL,
    told_at_turn bigint NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT tag_has_a_name CHECK (name <> ''),
    CONSTRAINT tag_kept_is_there CHECK (state NOT IN ('KEPT', 'RENAMING') OR wecom_id IS NOT NULL),
    CONSTRAINT tag_wanted_is_not_there CHECK (state <> 'WANTED' OR wecom_id IS NULL),
    CONSTRAINT tag_of_wecom_is_not_ours_to_change CHECK (is_ours OR state = 'KEPT')
);
CREATE INDEX tag_group_of ON tag (group_id);
CREATE INDEX tag_name ON tag (name);
CREATE UNIQUE INDEX tag_wanted_once ON tag (group_id, name) WHERE state = 'WANTED';
CREATE TABLE customer_tag (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    tag_id bigint NOT NULL REFERENCES tag(id) ON DELETE CASCADE,
    by_hand boolean NOT NULL DEFAULT false,
    by_rule boolean NOT NULL DEFAULT false,
    by_member boolean NOT NULL DEFAULT false,
    since timestamptz NOT NULL,
    CONSTRAINT customer_tag_once UNIQUE (customer_id, tag_id),
    CONSTRAINT customer_tag_has_a_reason CHECK (by_hand OR by_rule OR by_member)
);
CREATE INDEX customer_tag_of ON customer_tag (tag_id, customer_id);
CREATE TABLE tag_mark (
    id bigserial PRIMARY KEY,
    friendship_id bigint NOT NULL REFERENCES friendship(id) ON DELETE CASCADE,
    tag_id bigint NOT NULL REFERENCES tag(id) ON DELETE CASCADE,
    is_wanted boolean NOT NULL,
    since timestamptz NOT NULL,
    done_at_turn bigint,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT tag_mark_once UNIQUE (friendship_id, tag_id)
);
CREATE INDEX tag_mark_tag ON tag_mark (tag_id);
CREATE INDEX tag_mark_open ON tag_mark (since) WHERE done_at_turn IS NULL;
CREATE TABLE tag_rule (
    id bigserial PRIMARY KEY,
    segment_id bigint NOT NULL UNIQUE REFERENCES segment(id),
    tag_id bigint NOT NULL UNIQUE REFERENCES tag(id) ON DELETE CASCADE,
    set_by_id bigint NOT NULL REFERENCES staff(id),
    set_at timestamptz NOT NULL,
    ran_at timestamptz,
    people integer NOT NULL DEFAULT 0,
    put_on integer NOT NULL DEFAULT 0,
    taken_off integer NOT NULL DEFAULT 0
);
CREATE INDEX tag_rule_set_by ON tag_rule (set_by_id);
