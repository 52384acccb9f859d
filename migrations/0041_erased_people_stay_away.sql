-- Marks of erased people: keyed hashes of the names lists have for them, so that no list brings them back.
CREATE TABLE tombstone (
    id bigserial PRIMARY KEY,
    mark varchar(64) NOT NULL,
    erased_at timestamptz NOT NULL,
    named_on date NOT NULL,
    CONSTRAINT tombstone_mark UNIQUE (mark),
    CONSTRAINT tombstone_names_nobody CHECK (mark ~ '^[0-9a-f]{64}$')
);
ALTER TABLE friend_pull ADD COLUMN kept_out integer NOT NULL DEFAULT 0;
ALTER TABLE friend_walk ADD COLUMN kept_out integer NOT NULL DEFAULT 0;
