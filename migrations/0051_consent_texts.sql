-- 同意说明: later versions of the texts people read when they consent. The first version of each is part of the code.
CREATE TABLE consent_text (
    id bigserial PRIMARY KEY,
    purpose varchar(20) NOT NULL,
    version varchar(20) NOT NULL,
    title varchar(20) NOT NULL,
    text varchar(400) NOT NULL,
    effective_on date NOT NULL,
    reason varchar(200) NOT NULL,
    published_by_id bigint NOT NULL REFERENCES staff(id),
    published_at timestamptz NOT NULL,
    CONSTRAINT consent_text_version UNIQUE (purpose, version),
    CONSTRAINT consent_text_says_something CHECK (title <> '' AND text <> ''),
    CONSTRAINT consent_text_says_why CHECK (reason <> '')
);
CREATE INDEX idx_consent_text_published_by ON consent_text (published_by_id);
