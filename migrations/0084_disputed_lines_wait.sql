-- 账单异议: what is disputed may wait while the rest of the bill is paid, and may be taken off with the answer.
ALTER TABLE bill ADD COLUMN disputed_fen bigint NOT NULL DEFAULT 0;
-- What is disputed is a part of what is not paid yet.
-- old code: takes all that is unpaid of a bill, so of one that is disputed it takes the undisputed part only when the
-- constraint refuses the rest; no bill is disputed so before the new code has run.
ALTER TABLE bill ADD CONSTRAINT bill_disputed_is_unpaid CHECK (disputed_fen BETWEEN 0 AND total_fen - paid_fen);
ALTER TABLE bill_dispute ADD COLUMN held_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE bill_dispute ADD COLUMN taken_off_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE bill_dispute ADD COLUMN noted_by_id bigint REFERENCES staff(id);
ALTER TABLE bill_dispute ADD CONSTRAINT bill_dispute_held CHECK (held_fen BETWEEN 0 AND amount_fen);
ALTER TABLE bill_dispute ADD CONSTRAINT bill_dispute_taken_off
    CHECK (taken_off_fen BETWEEN 0 AND amount_fen AND (taken_off_fen = 0 OR state = 'CORRECTED'));
