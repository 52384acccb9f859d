-- Several people take turns at a code by their shifts; `on_duty` is who is to be on it, as last decided.
ALTER TABLE contact_way
    ADD COLUMN takes_several boolean NOT NULL DEFAULT false,
    ADD COLUMN on_duty jsonb NOT NULL DEFAULT '[]';
UPDATE contact_way SET on_duty = jsonb_build_array(staff_id);

CREATE TABLE contact_way_turn (
    id bigserial PRIMARY KEY,
    contact_way_id bigint NOT NULL REFERENCES contact_way(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    is_backup boolean NOT NULL DEFAULT false,
    CONSTRAINT contact_way_turn_once UNIQUE (contact_way_id, staff_id)
);
CREATE INDEX ON contact_way_turn (staff_id);
CREATE UNIQUE INDEX contact_way_turn_one_backup ON contact_way_turn (contact_way_id) WHERE is_backup;
