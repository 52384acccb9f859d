-- A list taken away as a file: who asked for what, who agreed, until when it can be fetched, how often it was.
CREATE TABLE list_export (
    id bigserial PRIMARY KEY,
    list_name varchar(40) NOT NULL,
    title varchar(40) NOT NULL,
    by_id bigint NOT NULL REFERENCES staff(id),
    store_ids jsonb,
    columns jsonb NOT NULL,
    question jsonb NOT NULL,
    format varchar(4) NOT NULL,
    reason varchar(200) NOT NULL,
    state varchar(10) NOT NULL,
    refusal varchar(120) NOT NULL,
    row_count integer,
    sha256 varchar(64) NOT NULL,
    size_bytes bigint NOT NULL,
    asked_at timestamptz NOT NULL,
    made_at timestamptz,
    ready_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz,
    downloads integer NOT NULL,
    version integer NOT NULL,
    CONSTRAINT list_export_has_reason CHECK (reason <> ''),
    CONSTRAINT list_export_made_whole CHECK (state IN ('QUEUED', 'FAILED') OR (row_count IS NOT NULL AND sha256 <> '')),
    CONSTRAINT list_export_ready_ends CHECK ((ready_at IS NULL) = (expires_at IS NULL) AND (state <> 'READY' OR ready_at IS NOT NULL)),
    CONSTRAINT list_export_ended CHECK ((state IN ('REFUSED', 'EXPIRED', 'FAILED')) = (ended_at IS NOT NULL))
);
CREATE INDEX list_export_of_member ON list_export (by_id, id);
CREATE INDEX list_export_open ON list_export (state, expires_at);
