-- 取送车: who handed the car over at the address or received it there, if not the owner, and their signature.
-- old code: writes none of it; a run without is one whose owner told the code or whose car was photographed.
ALTER TABLE valet_run ADD COLUMN met_name varchar(20) NOT NULL DEFAULT '';
ALTER TABLE valet_run ADD COLUMN met_phone varchar(16) NOT NULL DEFAULT '';
ALTER TABLE valet_run ADD COLUMN signature varchar(80) NOT NULL DEFAULT '';
