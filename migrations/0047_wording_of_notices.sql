-- 通知文案: what the group or one store says in place of the shipped words of a notice's part.
CREATE TABLE wording_change (
    id bigserial PRIMARY KEY,
    message varchar(40) NOT NULL,
    part varchar(60) NOT NULL,
    store_id bigint REFERENCES store(id),
    number integer NOT NULL,
    words text,
    reason varchar(200) NOT NULL,
    changed_by_id bigint NOT NULL REFERENCES staff(id),
    changed_at timestamptz NOT NULL,
    CONSTRAINT wording_change_says_why CHECK (reason <> ''),
    CONSTRAINT wording_change_says_something CHECK (words <> ''),
    CONSTRAINT wording_change_numbered UNIQUE NULLS NOT DISTINCT (message, part, store_id, number)
);
CREATE INDEX idx_wording_change_store ON wording_change (store_id);
CREATE INDEX idx_wording_change_changed_by ON wording_change (changed_by_id);
