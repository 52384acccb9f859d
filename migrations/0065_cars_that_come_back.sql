-- 返修: a visit that comes back for an earlier one, and jobs that are then done again under the repair guarantee.
ALTER TABLE service_item ADD COLUMN work_kind varchar(8) NOT NULL DEFAULT 'SMALL';
ALTER TABLE repair_line ADD COLUMN work_kind varchar(8) NOT NULL DEFAULT 'SMALL';
ALTER TABLE repair_line ADD COLUMN guarantee_of_id bigint REFERENCES repair_line(id);
-- old code: it makes no line that repeats another one, so every line it writes satisfies this.
ALTER TABLE repair_line ADD CONSTRAINT repair_line_guarantee_is_on_the_house
    CHECK (guarantee_of_id IS NULL OR (payer = 'N' AND guarantee_of_id <> id));
-- In one visit an earlier job is done again once.
CREATE UNIQUE INDEX repair_line_guarantee_once ON repair_line (repair_order_id, guarantee_of_id)
    WHERE guarantee_of_id IS NOT NULL AND state NOT IN ('DECLINED', 'CANCELLED');

CREATE TABLE comeback (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL UNIQUE REFERENCES repair_order(id),
    origin_repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    origin_line_id bigint REFERENCES repair_line(id),
    state varchar(8) NOT NULL,
    reason varchar(80) NOT NULL,
    proposed_at timestamptz,
    decided_by_id bigint REFERENCES staff(id),
    decided_at timestamptz,
    CONSTRAINT comeback_is_another_visit CHECK (repair_order_id <> origin_repair_order_id),
    CONSTRAINT comeback_denied_with_a_reason CHECK (state <> 'DENIED' OR reason <> ''),
    CONSTRAINT comeback_decided_by_somebody
        CHECK ((state = 'PROPOSED') = (decided_by_id IS NULL) AND (decided_by_id IS NULL) = (decided_at IS NULL))
);
CREATE INDEX idx_comeback_origin_repair_order ON comeback (origin_repair_order_id);
-- Orders that were opened as a comeback before it was told who had said so.
INSERT INTO comeback (repair_order_id, origin_repair_order_id, state, decided_by_id, decided_at)
SELECT id, origin_repair_order_id, 'DECLARED', advisor_id, opened_at FROM repair_order
WHERE origin_repair_order_id IS NOT NULL AND origin_repair_order_id <> id;
