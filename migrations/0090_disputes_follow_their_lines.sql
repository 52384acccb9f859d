-- 账单异议: a bill that is recalled gets new lines, perhaps with other numbers; a dispute that waits follows its line.
ALTER TABLE bill_dispute ADD COLUMN line_about varchar(40) NOT NULL DEFAULT '';
ALTER TABLE bill_dispute ADD COLUMN line_kind varchar(12);
-- Jobs have names of up to 40 characters.
-- old code: writes shorter names, and reads longer ones as they are.
ALTER TABLE bill_dispute ALTER COLUMN name TYPE varchar(40);
UPDATE bill_dispute d SET line_about = l.about, line_kind = l.kind
FROM bill_line l WHERE l.bill_id = d.bill_id AND l.line_no = d.line_no AND l.name = d.name;
