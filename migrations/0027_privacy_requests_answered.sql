-- Requests about personal data are worked off here: whose identity was checked and how, what is kept because a law
-- demands it, and the days a deletion waits in case the person thinks again.
ALTER TABLE privacy_request
    ADD COLUMN identity_check varchar(80) NOT NULL DEFAULT '',
    ADD COLUMN handled_by_id bigint REFERENCES staff(id),
    ADD COLUMN agreed_at timestamptz,
    ADD COLUMN erase_after timestamptz,
    ADD COLUMN readable_until timestamptz,
    ADD COLUMN holds jsonb NOT NULL DEFAULT '[]';
ALTER TABLE privacy_request ALTER COLUMN kind TYPE varchar(12);
ALTER TABLE privacy_request DROP CONSTRAINT privacy_request_ended;
ALTER TABLE privacy_request ADD CONSTRAINT privacy_request_ended
    CHECK ((state IN ('RECEIVED', 'AGREED')) = (ended_at IS NULL));
ALTER TABLE privacy_request ADD CONSTRAINT privacy_request_agreed_waits
    CHECK ((state = 'AGREED') <= (kind = 'DELETION' AND erase_after IS NOT NULL));
-- Nobody's data is given away, changed or deleted for somebody who only says that it is theirs.
ALTER TABLE privacy_request ADD CONSTRAINT privacy_request_of_whom_we_know
    CHECK (state NOT IN ('AGREED', 'DONE') OR is_phone_verified OR identity_check <> '');
DROP INDEX privacy_request_one_open;
CREATE UNIQUE INDEX privacy_request_one_open ON privacy_request (customer_id, kind)
    WHERE state IN ('RECEIVED', 'AGREED');
CREATE INDEX privacy_request_to_erase ON privacy_request (erase_after) WHERE state = 'AGREED';

-- 限制处理: kept and used for their repairs, for nothing else. Who was erased is restricted for ever and has no number.
ALTER TABLE customer
    ADD COLUMN restricted_at timestamptz,
    ADD COLUMN erased_at timestamptz;
ALTER TABLE customer ADD CONSTRAINT customer_erased_is_empty
    CHECK (erased_at IS NULL OR (restricted_at IS NOT NULL AND marketing_stopped_at IS NOT NULL AND phone IS NULL
                                 AND nickname IS NULL AND remark = ''));

-- Facts are written once. What they say of a person may be emptied, and into nothing else.
CREATE FUNCTION refuse_change_but_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE emptied jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        emptied := CASE TG_TABLE_NAME
            WHEN 'event' THEN '{"sentence": "（已删除）", "payload": {}}'::jsonb
            WHEN 'repair_event' THEN '{"media": []}'::jsonb
        END;
        IF to_jsonb(NEW) = to_jsonb(OLD) || emptied THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
DROP TRIGGER event_append_only ON event;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change_but_emptying();
DROP TRIGGER repair_event_append_only ON repair_event;
CREATE TRIGGER repair_event_append_only BEFORE UPDATE OR DELETE ON repair_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change_but_emptying();
