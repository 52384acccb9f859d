-- 维修优惠: what was taken off the price of a job before its owner allowed it; its labour and parts are without it.
ALTER TABLE repair_line ADD COLUMN labour_off_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE repair_line ADD COLUMN parts_off_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE repair_line ADD CONSTRAINT repair_line_discount_is_the_owners
    CHECK (labour_off_fen >= 0 AND parts_off_fen >= 0 AND (payer = 'CP' OR labour_off_fen + parts_off_fen = 0));
ALTER TABLE bill_line ADD COLUMN off_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE bill_line ADD CONSTRAINT bill_line_off CHECK (off_fen >= 0);

-- Above the limit of a role somebody else agrees before the estimate is sent, never the one who made it.
ALTER TABLE estimate ADD COLUMN discount_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE estimate ADD COLUMN discount_reason varchar(80) NOT NULL DEFAULT '';
ALTER TABLE estimate ADD COLUMN discount_hash varchar(64) NOT NULL DEFAULT '';
ALTER TABLE estimate ADD COLUMN discount_approved_by_id bigint REFERENCES staff(id);
ALTER TABLE estimate ADD CONSTRAINT estimate_discount_is_approved
    CHECK (state IN ('DRAFT', 'SUPERSEDED') OR discount_hash = '' OR discount_approved_by_id IS NOT NULL);
ALTER TABLE estimate ADD CONSTRAINT estimate_discount_four_eyes
    CHECK (discount_approved_by_id IS NULL OR discount_approved_by_id <> made_by);
ALTER TABLE estimate ADD CONSTRAINT estimate_discount_has_reason
    CHECK (discount_fen = 0 OR (discount_fen > 0 AND discount_reason <> ''));
