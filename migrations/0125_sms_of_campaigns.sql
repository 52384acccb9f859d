-- An SMS belongs to a message, or to a send task of a broadcast: to whom one call sends the same words.
-- old code: it reads SMS by their message, so it does not see the others; their reports are pushed again later or not at all.
ALTER TABLE sms ALTER COLUMN message_id DROP NOT NULL;
ALTER TABLE sms ADD COLUMN task_token varchar(40) NOT NULL DEFAULT '';
ALTER TABLE sms ADD CONSTRAINT sms_is_of_one_thing CHECK ((message_id IS NULL) = (task_token <> ''));
CREATE INDEX ON sms (task_token);
CREATE UNIQUE INDEX sms_once_a_task ON sms (task_token, phone) WHERE task_token <> '';
-- Words of marketing are reviewed as such, and carriers take them by day only.
ALTER TABLE sms_template ADD COLUMN is_marketing boolean NOT NULL DEFAULT false;
