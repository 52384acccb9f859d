-- 触达: the page of an order asks its owner, without a colleague.
-- old code: only writes rows with a colleague; it leaves those without out of its lists and figures.
ALTER TABLE reach_ask ALTER COLUMN asked_by_id DROP NOT NULL;
ALTER TABLE reach_ask ADD CONSTRAINT reach_ask_by_whom CHECK (asked_by_id IS NOT NULL OR place = 'ORDER');
