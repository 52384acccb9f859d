-- Whoever is asked refuses, whoever is offered something declines, as docs/glossary.md has it; `reject` was a third word.

ALTER TABLE approval DROP CONSTRAINT approval_four_eyes;
UPDATE approval SET state = 'REFUSED' WHERE state = 'REJECTED';
ALTER TABLE approval ADD CONSTRAINT approval_four_eyes CHECK (state NOT IN ('APPROVED', 'REFUSED')
     OR (ended_by <> requester_id AND NOT hands @> to_jsonb(ended_by)));
UPDATE message SET variant = 'refused' WHERE template = 'approval_decided' AND variant = 'rejected';
UPDATE message SET card_after = jsonb_set(card_after, '{outcome}', '"refuse"') WHERE card_after ->> 'outcome' = 'reject';

ALTER TABLE subscribe_allowance RENAME COLUMN always_rejects TO always_declines;
ALTER TABLE repair_line RENAME COLUMN refusal_signature TO decline_signature;
ALTER TABLE estimate RENAME COLUMN refusal TO decline_reason;
ALTER TABLE estimate RENAME CONSTRAINT estimate_refusal_of_a_refused TO estimate_decline_reason_of_a_declined;
UPDATE message SET template = 'estimate_declined',
    facts = (facts - 'refused_by' - 'refusal_reason')
         || jsonb_build_object('declined_by', facts -> 'refused_by', 'decline_reason', facts -> 'refusal_reason')
 WHERE template = 'estimate_refused';
