-- One word for one thing, as docs/glossary.md has it: an estimate in the workshop (a quote is for sales), authorised spelt
-- one way, a lease is a worker's hold on a row (only coupons are claimed), a send task is one member's part of a broadcast.

ALTER TABLE repair_order RENAME COLUMN quoted_at TO estimated_at;
UPDATE repair_order SET state = CASE state WHEN 'QUOTED' THEN 'ESTIMATED' ELSE 'AUTHORISED' END
 WHERE state IN ('QUOTED', 'AUTHORIZED');
UPDATE repair_line SET state = 'AUTHORISED' WHERE state = 'AUTHORIZED';
ALTER TABLE repair_line RENAME COLUMN claim_number TO payer_approval_number;
-- The log of an order is followed by its words: they are the only thing in it that changes, this once.
ALTER TABLE repair_event DISABLE TRIGGER repair_event_append_only;
UPDATE repair_event SET changes = replace(replace(replace(changes::text,
    '"QUOTED"', '"ESTIMATED"'), '"AUTHORIZED"', '"AUTHORISED"'), '"is_quoted"', '"is_estimated"')::jsonb
 WHERE changes::text ~ '"(QUOTED|AUTHORIZED|is_quoted)"';
ALTER TABLE repair_event ENABLE TRIGGER repair_event_append_only;
UPDATE message SET variant = 'estimate_ready' WHERE variant = 'quote_ready';

ALTER TABLE message RENAME COLUMN claimed_at TO leased_at;

ALTER TABLE send_batch RENAME TO send_task;
ALTER TABLE send_task RENAME COLUMN claimed_at TO leased_at;
ALTER TABLE send_task RENAME CONSTRAINT send_batch_has_message TO send_task_has_message;
ALTER TABLE send_task RENAME CONSTRAINT send_batch_size TO send_task_size;
ALTER INDEX send_batch_unfinished RENAME TO send_task_unfinished;
ALTER TABLE lost_call RENAME COLUMN batch_id TO send_task_id;
ALTER TABLE broadcast_recipient RENAME COLUMN batch_number TO task_number;
ALTER SEQUENCE send_batch_id_seq RENAME TO send_task_id_seq;
ALTER INDEX send_batch_pkey RENAME TO send_task_pkey;
