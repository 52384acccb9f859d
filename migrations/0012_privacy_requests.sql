-- What people ask about their data, each with the day by which it has to be answered.
CREATE TABLE privacy_request (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    kind varchar(10) NOT NULL,
    details varchar(300) NOT NULL,
    state varchar(10) NOT NULL,
    asked_at timestamptz NOT NULL,
    due_on date NOT NULL,
    is_phone_verified boolean NOT NULL,
    ended_at timestamptz,
    answer varchar(300) NOT NULL,
    version int NOT NULL,
    CONSTRAINT privacy_request_ended CHECK ((state = 'RECEIVED') = (ended_at IS NULL)),
    CONSTRAINT privacy_request_says_what_is_wrong CHECK (kind <> 'CORRECTION' OR details <> '')
);
CREATE UNIQUE INDEX privacy_request_one_open ON privacy_request (customer_id, kind) WHERE state = 'RECEIVED';
CREATE INDEX privacy_request_of_customer ON privacy_request (customer_id);
CREATE INDEX privacy_request_by_day ON privacy_request (state, due_on);
