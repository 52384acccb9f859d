-- 申领: each technician reads what became of what they asked for, the newest answer first.
CREATE INDEX part_ask_of_technician ON part_ask (asked_by, ended_at);
