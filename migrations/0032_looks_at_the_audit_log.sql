-- Each look at the chain of the audit log, so that the next one goes on where the last good one ended.
CREATE TABLE audit_check (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    is_whole boolean NOT NULL,
    lines bigint NOT NULL,
    to_id bigint NOT NULL,
    to_hash varchar(64) NOT NULL,
    broken_id bigint
);
CREATE INDEX audit_check_whole ON audit_check (is_whole, id);
CREATE TRIGGER audit_check_append_only BEFORE UPDATE OR DELETE ON audit_check
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The page of the log asks by action, by thing and by day.
CREATE INDEX audit_entry_by_action ON audit_entry (action, id);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject, id);
CREATE INDEX audit_entry_by_day ON audit_entry (at, id);
