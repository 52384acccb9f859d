-- A marketer has what they wrote sent to themselves before anybody else gets it.
CREATE TABLE content_sample (
    id bigserial PRIMARY KEY,
    content_id bigint NOT NULL REFERENCES campaign_content(id),
    broadcast_id bigint NOT NULL REFERENCES broadcast(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    state varchar(8) NOT NULL,
    problem varchar(80) NOT NULL,
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT content_sample_ended CHECK ((state = 'PENDING') = (ended_at IS NULL)),
    CONSTRAINT content_sample_says_why CHECK ((state = 'FAILED') = (problem <> ''))
);
CREATE INDEX ON content_sample (staff_id, asked_at);
CREATE INDEX ON content_sample (content_id);
CREATE INDEX ON content_sample (broadcast_id);
