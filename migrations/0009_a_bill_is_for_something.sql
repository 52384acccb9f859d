-- A bill is for something billable: a repair order today, deposits and sales orders later. It names the thing and what the
-- thing is called; the thing's own room is above it, so no key leads there.

ALTER TABLE bill
    ADD COLUMN about varchar(40),
    ADD COLUMN number varchar(32),
    ADD COLUMN title varchar(40),
    ADD COLUMN coupons_from varchar(40);
UPDATE bill SET about = 'repair_order:' || o.id, number = o.number, title = '维修工单 ' || right(o.number, 4),
    coupons_from = 'appointment:' || bill.appointment_id
FROM repair_order o WHERE o.id = bill.repair_order_id;

ALTER TABLE bill_line ADD COLUMN about varchar(40);
UPDATE bill_line SET about = 'repair_line:' || repair_line_id;

-- The sums are checked at the end of a transaction; what waits for that would keep the tables from being changed.
SET CONSTRAINTS bill_adds_up, bill_line_adds_up IMMEDIATE;

ALTER TABLE bill
    ALTER COLUMN about SET NOT NULL,
    ALTER COLUMN number SET NOT NULL,
    ALTER COLUMN title SET NOT NULL,
    ALTER COLUMN vehicle_id DROP NOT NULL,
    DROP COLUMN repair_order_id,
    DROP COLUMN appointment_id,
    ADD CONSTRAINT uid_bill_about_payer UNIQUE (about, payer);
ALTER TABLE bill_line
    ALTER COLUMN about SET NOT NULL,
    DROP COLUMN repair_line_id,
    ADD CONSTRAINT bill_line_billed_once UNIQUE (about, kind);

-- A redemption names its bill, and the bill what it is for.
ALTER TABLE redemption DROP COLUMN repair_order_id;
