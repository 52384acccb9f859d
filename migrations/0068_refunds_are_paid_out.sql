-- What was not paid by WeChat goes back when somebody at the desk has paid it out, and not when it is approved. Who approved
-- it does not pay it out. Refunds of the time before have no such person, since they counted as paid out at once.
ALTER TABLE refund
    ADD COLUMN paid_out_by_id bigint REFERENCES staff(id),
    ADD COLUMN paid_out_method varchar(12),
    ADD COLUMN paid_out_reference varchar(40) NOT NULL DEFAULT '',
    -- Where a refund was sent that the bank refused. The account itself is kept nowhere.
    ADD COLUMN redirected_to varchar(20),
    ADD COLUMN redirected_at timestamptz;
ALTER TABLE refund ADD CONSTRAINT refund_paid_out_by_another
    CHECK (paid_out_by_id IS NULL OR paid_out_by_id IS DISTINCT FROM approved_by_id);
ALTER TABLE refund ADD CONSTRAINT refund_paid_out_is_done
    CHECK ((paid_out_by_id IS NULL) = (paid_out_method IS NULL) AND (paid_out_by_id IS NULL OR state = 'SUCCESS'));
