-- A call that its campaign took back was told from one that came to nothing by the sentence of its end.
ALTER TABLE task ADD COLUMN was_taken_back boolean NOT NULL DEFAULT false;
UPDATE task SET was_taken_back = true WHERE call_list <> '' AND ended_because = '活动结束或换了渠道，不用打了';
