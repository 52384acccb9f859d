-- 停止导入: when a person ended an import before it had taken every row.
ALTER TABLE import_job ADD COLUMN stopped_at timestamptz;
