-- 渠道活码 are kept in the console: changed under a version, and ended, which WeCom has yet to hear of.
ALTER TABLE contact_way
    ADD COLUMN occasion varchar(30) NOT NULL DEFAULT '',
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN ended_by_id bigint REFERENCES staff(id),
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT contact_way_ended CHECK ((state IN ('ENDING', 'ENDED')) = (ended_at IS NOT NULL));
