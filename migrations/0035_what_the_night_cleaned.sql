-- What the nightly cleaning found and removed, by kind; a dry run is one too.
CREATE TABLE retention_run (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    is_dry boolean NOT NULL,
    found jsonb NOT NULL,
    ended_at timestamptz
);
CREATE INDEX retention_run_by_kind ON retention_run (is_dry, id);
