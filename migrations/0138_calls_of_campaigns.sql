-- A campaign may have its people called: each is a task with what to say, of a list.
ALTER TABLE task ADD COLUMN call_list varchar(40) NOT NULL DEFAULT '';
CREATE INDEX ON task (call_list);
