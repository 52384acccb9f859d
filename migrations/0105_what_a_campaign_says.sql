-- What a campaign says by one channel: written once and never changed, so that a broadcast says what was approved.
CREATE TABLE campaign_content (
    id bigserial PRIMARY KEY,
    channel varchar(20) NOT NULL,
    text varchar(4000) NOT NULL,
    content_hash varchar(64) NOT NULL,
    written_by bigint NOT NULL REFERENCES staff(id),
    written_at timestamptz NOT NULL
);
CREATE INDEX ON campaign_content (written_by);

CREATE TABLE campaign_attachment (
    id bigserial PRIMARY KEY,
    content_id bigint NOT NULL REFERENCES campaign_content(id),
    position integer NOT NULL,
    kind varchar(12) NOT NULL,
    title varchar(128) NOT NULL,
    target varchar(2048) NOT NULL,
    description varchar(512) NOT NULL,
    picture varchar(80) NOT NULL,
    UNIQUE (content_id, position),
    CONSTRAINT campaign_attachment_at_most_nine CHECK (position BETWEEN 1 AND 9),
    CONSTRAINT campaign_attachment_picture_leads_nowhere CHECK ((kind = 'PICTURE') = (target = '')),
    CONSTRAINT campaign_attachment_picture_is_there CHECK (kind <> 'PICTURE' OR picture <> '')
);

CREATE FUNCTION campaign_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a campaign says is written once' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER campaign_content_stays BEFORE UPDATE ON campaign_content
    FOR EACH ROW EXECUTE FUNCTION campaign_content_stays();
CREATE TRIGGER campaign_attachment_stays BEFORE UPDATE OR DELETE ON campaign_attachment
    FOR EACH ROW EXECUTE FUNCTION campaign_content_stays();

ALTER TABLE broadcast ADD COLUMN content_id bigint REFERENCES campaign_content(id);
CREATE INDEX ON broadcast (content_id);
-- Pictures that are uploaded for a campaign are named by the key of their file.
-- old code: a wider column takes what it writes.
ALTER TABLE platform_media ALTER COLUMN name TYPE varchar(80);
