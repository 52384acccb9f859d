-- 投诉 can be brought by hand, at the desk, by phone or in the mini-program, with photos of what is wrong.
-- The default is for the old code, which writes complaints without photos until it is restarted.
ALTER TABLE complaint ADD COLUMN photos jsonb NOT NULL DEFAULT '[]';
