-- A television in the workshop's hall shows the board by a link of its own, of which only a hash is stored.
CREATE TABLE wall_screen (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    name varchar(20) NOT NULL,
    token_hash varchar(64) NOT NULL UNIQUE,
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT wall_screen_fingerprint CHECK (length(token_hash) = 64),
    CONSTRAINT wall_screen_forward CHECK (ended_at IS NULL OR ended_at >= made_at)
);
CREATE INDEX wall_screen_of_store ON wall_screen (store_id);
