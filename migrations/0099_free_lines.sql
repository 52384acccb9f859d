-- 自由项目: a job of an estimate that the catalogue does not have may need parts that it does not have either.
ALTER TABLE repair_line ADD COLUMN outside_parts jsonb NOT NULL DEFAULT '[]';
ALTER TABLE repair_line ADD CONSTRAINT repair_line_outside_parts
    CHECK (outside_parts = '[]' OR (jsonb_typeof(outside_parts) = 'array' AND item_id IS NULL));
-- 外购件: such a part has a row of its own once the store room is to buy it, for one line alone.
ALTER TABLE part ADD COLUMN for_line_id bigint;
