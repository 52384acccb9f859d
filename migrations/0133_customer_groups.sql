-- 客户群: groups of WeCom in which members talk with several customers, as last read.
-- old code: it does not know these tables.
CREATE TABLE customer_group (
    id bigserial PRIMARY KEY,
    chat_id varchar(64) NOT NULL UNIQUE,
    name varchar(100) NOT NULL,
    owner_id bigint REFERENCES staff(id),
    colleagues int NOT NULL,
    customers int NOT NULL,
    made_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    read_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT customer_group_sizes CHECK (colleagues >= 0 AND customers >= 0)
);
CREATE INDEX customer_group_owner ON customer_group (owner_id);
CREATE TABLE group_person (
    id bigserial PRIMARY KEY,
    customer_group_id bigint NOT NULL REFERENCES customer_group(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    external_userid varchar(64) NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    CONSTRAINT group_person_once UNIQUE (customer_group_id, external_userid)
);
CREATE INDEX group_person_customer ON group_person (customer_id);
