-- Work that the owner stopped half-way: an inspector says that the car can be driven before it is given back.
ALTER TABLE repair_order ADD COLUMN made_safe_at timestamptz;
-- Cars that were stopped before this rule go on as they stand.
UPDATE repair_order SET made_safe_at = stopped_at WHERE stopped_at IS NOT NULL;
