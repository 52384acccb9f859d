-- 逐项授权: the owner allows each job of an estimate by itself, and together those that are marked as required.
ALTER TABLE repair_line ADD COLUMN is_required boolean NOT NULL DEFAULT false;
ALTER TABLE estimate ADD COLUMN allowed_fen bigint;
-- Until now an estimate was allowed whole.
UPDATE estimate SET allowed_fen = owner_total_fen WHERE state = 'AUTHORISED';
ALTER TABLE estimate ADD CONSTRAINT estimate_allowed_within_offer
    CHECK (allowed_fen IS NULL OR (state = 'AUTHORISED' AND allowed_fen BETWEEN 0 AND owner_total_fen));
