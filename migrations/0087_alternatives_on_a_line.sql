-- 替代件: a line may be given any part of the catalogue, whose numbers are longer than those of the jobs.
-- old code: the column only grows wider; code of before reads longer numbers as it reads shorter ones.
ALTER TABLE repair_line ALTER COLUMN part_number TYPE varchar(40);
