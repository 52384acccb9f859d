-- A message goes by one way at a time. It may go on to the next way of its chain only when every way before is written down
-- as surely not having reached anybody; a call without an answer is not that, unless the platform told later.
ALTER TABLE message
    ADD COLUMN way integer NOT NULL DEFAULT 0,
    ADD COLUMN unanswered boolean NOT NULL DEFAULT false;
UPDATE message SET unanswered = true WHERE errcode = 'unknown';

CREATE TABLE message_way (
    id bigserial PRIMARY KEY,
    message_id bigint NOT NULL REFERENCES message(id),
    number integer NOT NULL,
    channel varchar(10) NOT NULL,
    ended_as varchar(10) NOT NULL,
    reason varchar(80) NOT NULL,
    errcode varchar(20) NOT NULL,
    platform_id varchar(128) NOT NULL,
    ended_at timestamptz NOT NULL,
    CONSTRAINT message_way_once UNIQUE (message_id, number),
    CONSTRAINT message_way_surely_ended CHECK (ended_as IN ('CLOSED', 'NOT_TAKEN', 'REPORTED'))
);

CREATE FUNCTION message_takes_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.way < OLD.way
       OR (SELECT count(*) FROM message_way w WHERE w.message_id = NEW.id AND w.number < NEW.way) <> NEW.way
       OR ((OLD.unanswered OR OLD.state IN ('SENT', 'UNKNOWN'))
           AND NOT EXISTS (SELECT FROM message_way w
                           WHERE w.message_id = NEW.id AND w.number = OLD.way AND w.ended_as = 'REPORTED'))
    THEN
        RAISE EXCEPTION 'message % may have arrived by its way %', NEW.id, OLD.way USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER message_next_way BEFORE UPDATE ON message FOR EACH ROW
    WHEN (NEW.way IS DISTINCT FROM OLD.way) EXECUTE FUNCTION message_takes_one_way();
