-- 自付部分（免赔）: what the owner pays of a job that an insurer pays otherwise.
ALTER TABLE repair_line ADD COLUMN deductible_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE repair_line ADD CONSTRAINT repair_line_deductible
    CHECK (deductible_fen = 0 OR (deductible_fen > 0 AND payer = 'I'));
