-- A broadcast may say one of two things by its first way: half of its people get version B.
ALTER TABLE broadcast ADD COLUMN content_b_id bigint REFERENCES campaign_content(id);
CREATE INDEX ON broadcast (content_b_id);
ALTER TABLE broadcast_recipient ADD COLUMN is_b boolean NOT NULL DEFAULT false;
ALTER TABLE send_task ADD COLUMN is_b boolean NOT NULL DEFAULT false;
-- old code: it writes the default, which keeps to this.
ALTER TABLE broadcast_recipient ADD CONSTRAINT recipient_b_is_of_the_first_way CHECK (NOT is_b OR way = 0);
ALTER TABLE send_task ADD CONSTRAINT send_task_b_is_of_the_first_way CHECK (NOT is_b OR way = 0);
