-- Contents that were approved once are found and used again.
CREATE TABLE library_entry (
    id bigserial PRIMARY KEY,
    content_id bigint NOT NULL UNIQUE REFERENCES campaign_content(id),
    name varchar(30) NOT NULL,
    store_ids jsonb,
    has_coupon boolean NOT NULL,
    approved_by bigint NOT NULL REFERENCES staff(id),
    approved_at timestamptz NOT NULL,
    retired_at timestamptz,
    retired_by bigint REFERENCES staff(id),
    version integer NOT NULL,
    CONSTRAINT library_entry_retired CHECK ((retired_at IS NULL) = (retired_by IS NULL))
);
CREATE INDEX campaign_content_by_hash ON campaign_content (content_hash);
