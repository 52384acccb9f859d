-- Whose installation this is, and addresses that sign an administrator in before WeCom can.
CREATE TABLE dealer_group (
    id smallint PRIMARY KEY,
    name varchar(40) NOT NULL,
    corp_id varchar(64) NOT NULL,
    begun_at timestamptz NOT NULL,
    CONSTRAINT dealer_group_is_one CHECK (id = 1)
);
CREATE TABLE sign_in_address (
    id bigserial PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    token_hash varchar(64) NOT NULL UNIQUE,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT sign_in_address_in_time CHECK (used_at < expires_at)
);
