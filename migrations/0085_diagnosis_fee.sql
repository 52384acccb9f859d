-- 诊断费: a job that finds a fault; the percentage of it that is waived once a repair was ordered, as it was told.
ALTER TABLE repair_line ADD COLUMN diagnosis_waived_percent integer;
ALTER TABLE repair_line ADD COLUMN diagnosis_waived_at timestamptz;
ALTER TABLE repair_line ADD CONSTRAINT repair_line_diagnosis CHECK (
    (diagnosis_waived_percent IS NULL OR (diagnosis_waived_percent BETWEEN 0 AND 100 AND payer = 'CP'))
    AND (diagnosis_waived_at IS NULL OR diagnosis_waived_percent IS NOT NULL));
-- Billed once: whatever two advisors do at the same time, an order has one diagnosis.
CREATE UNIQUE INDEX repair_line_one_diagnosis ON repair_line (repair_order_id)
WHERE diagnosis_waived_percent IS NOT NULL AND state NOT IN ('DECLINED', 'CANCELLED');
