-- 申领: a technician asks for a part in their own words; the store room gives it, refuses it or leaves it to the owner.
CREATE TABLE part_ask (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    line_id bigint NOT NULL REFERENCES repair_line(id),
    words varchar(60) NOT NULL,
    quantity integer NOT NULL,
    photo varchar(70) NOT NULL DEFAULT '',
    state varchar(10) NOT NULL,
    asked_by bigint NOT NULL REFERENCES staff(id),
    asked_at timestamptz NOT NULL,
    ended_by bigint REFERENCES staff(id),
    ended_at timestamptz,
    answer varchar(80) NOT NULL DEFAULT '',
    part_request_id bigint REFERENCES part_request(id),
    additional_work_id bigint REFERENCES additional_work(id),
    CONSTRAINT part_ask_quantity CHECK (quantity > 0),
    CONSTRAINT part_ask_ended CHECK ((state = 'ASKED') = (ended_at IS NULL)),
    CONSTRAINT part_ask_given CHECK ((state = 'GIVEN') = (part_request_id IS NOT NULL)),
    CONSTRAINT part_ask_to_owner CHECK ((state = 'TO_OWNER') = (additional_work_id IS NOT NULL)),
    CONSTRAINT part_ask_refused CHECK (state = 'REFUSED' OR answer = '')
);
CREATE INDEX part_ask_of_line ON part_ask (line_id);
CREATE INDEX part_ask_of_order ON part_ask (repair_order_id, state);

-- A job may need more of a part that it was planned with and has got already: what was asked for is a request of its own.
-- old code: asks for no more than a job is planned with, whose requests are still one for each part.
ALTER TABLE part_request ADD COLUMN is_asked boolean NOT NULL DEFAULT false;
DROP INDEX part_request_one_live;
CREATE UNIQUE INDEX part_request_one_live ON part_request (line_id, part_id)
    WHERE state NOT IN ('RETURNED', 'CANCELLED') AND NOT is_asked;
