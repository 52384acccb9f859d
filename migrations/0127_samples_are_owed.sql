-- A sample that was asked for is owed until it was sent or refused: a lost job does not lose it.
-- old code: it writes the defaults, and its samples are found too.
ALTER TABLE content_sample
    ADD COLUMN next_try_at timestamptz,
    ADD COLUMN tries integer NOT NULL DEFAULT 0,
    ADD COLUMN trouble varchar(60) NOT NULL DEFAULT '';
