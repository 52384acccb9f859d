-- 固定名单: who was in a group at one moment, or whom a file names.
CREATE TABLE fixed_list (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    origin varchar(500) NOT NULL,
    is_from_file boolean NOT NULL,
    store_ids jsonb,
    people integer NOT NULL,
    file_rows integer NOT NULL DEFAULT 0,
    made_by_id bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    CONSTRAINT fixed_list_has_name CHECK (name <> '' AND people >= 0)
);

CREATE TABLE fixed_list_member (
    id bigserial PRIMARY KEY,
    fixed_list_id bigint NOT NULL REFERENCES fixed_list(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    CONSTRAINT fixed_list_member_once UNIQUE (fixed_list_id, customer_id)
);
CREATE INDEX fixed_list_member_of_customer ON fixed_list_member (customer_id);

-- What a row said is kept masked.
CREATE TABLE fixed_list_row (
    id bigserial PRIMARY KEY,
    fixed_list_id bigint NOT NULL REFERENCES fixed_list(id),
    sheet varchar(40) NOT NULL,
    row_number integer NOT NULL,
    masked varchar(60) NOT NULL,
    reason varchar(8) NOT NULL
);
CREATE INDEX fixed_list_row_of_list ON fixed_list_row (fixed_list_id, id);
