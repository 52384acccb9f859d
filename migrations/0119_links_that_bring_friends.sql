-- A channel is a code or an acquisition link; a friend who came by a link tells when they wrote.
ALTER TABLE contact_way ADD COLUMN kind varchar(4) NOT NULL DEFAULT 'CODE';
ALTER TABLE contact_way ADD COLUMN asked_at timestamptz;
ALTER TABLE contact_way ADD COLUMN unusable_since timestamptz;
ALTER TABLE friendship ADD COLUMN wrote_at timestamptz;
CREATE TABLE acquisition_quota (
    id int PRIMARY KEY,
    total int NOT NULL,
    balance int NOT NULL,
    lapsing jsonb NOT NULL DEFAULT '{}',
    read_at timestamptz NOT NULL,
    CONSTRAINT acquisition_quota_one CHECK (id = 1)
);
-- WeCom's events name a link by its id.
CREATE UNIQUE INDEX contact_way_of_link ON contact_way (config_id) WHERE kind = 'LINK' AND config_id <> '';
