-- A message that a clerk sent in WeCom, which counts against the limits of marketing contacts. No row has the outcome
-- yet, so the old code, which knows no such outcome, meets none until the new one writes it.
ALTER TABLE task_contact ADD CONSTRAINT task_contact_sent_in_wecom CHECK (outcome <> 'SENT' OR channel = 'WECOM');
CREATE INDEX task_contact_sent ON task_contact (at, task_id) WHERE outcome = 'SENT';
