-- An export that is queued is tried again as long as it is, ever more seldom, and shown to operators when it stays so.
ALTER TABLE list_export
    ADD COLUMN next_try_at timestamptz,
    ADD COLUMN tries integer NOT NULL DEFAULT 0,
    ADD COLUMN trouble varchar(60) NOT NULL DEFAULT '';
