-- The ways of a broadcast after its first: by which channel people are sent to whom the way before does not reach.
-- old code: it knows the first way only, which stays in the broadcast; everything there is belongs to it.
CREATE TABLE broadcast_way (
    id bigserial PRIMARY KEY,
    broadcast_id bigint NOT NULL REFERENCES broadcast(id),
    number integer NOT NULL,
    channel varchar(20) NOT NULL,
    content_id bigint NOT NULL REFERENCES campaign_content(id),
    after_days integer NOT NULL,
    UNIQUE (broadcast_id, number),
    UNIQUE (broadcast_id, channel),
    CONSTRAINT broadcast_way_number CHECK (number BETWEEN 1 AND 4),
    CONSTRAINT broadcast_way_after_days CHECK (after_days BETWEEN 1 AND 14)
);
CREATE INDEX ON broadcast_way (content_id);

ALTER TABLE broadcast_recipient ADD COLUMN way integer NOT NULL DEFAULT 0;
ALTER TABLE send_task ADD COLUMN way integer NOT NULL DEFAULT 0;

-- A task that is being stopped when a worker dies is recognised by this, and renewed or ended.
ALTER TABLE send_task ADD COLUMN stopping_at timestamptz;
