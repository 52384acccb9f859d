-- 缺料: the ledger says that pieces are free, and the store room looked and found none.
ALTER TABLE part_request ADD COLUMN not_found_at timestamptz;
