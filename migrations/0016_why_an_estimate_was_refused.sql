-- Whoever has nothing done may say why; the advisor reads it.
ALTER TABLE estimate ADD COLUMN refusal varchar(80) NOT NULL DEFAULT '';
ALTER TABLE estimate ALTER COLUMN refusal DROP DEFAULT;
ALTER TABLE estimate ADD CONSTRAINT estimate_refusal_of_a_refused CHECK (refusal = '' OR state = 'DECLINED');
