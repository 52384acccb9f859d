-- What happens here is told to other programs: targets, what is owed to them, every try.
CREATE TABLE webhook (
    id bigserial PRIMARY KEY,
    name varchar(40) NOT NULL,
    url varchar(300) NOT NULL,
    source_system varchar(20) NOT NULL,
    store_ids jsonb NOT NULL,
    events jsonb NOT NULL,
    state varchar(8) NOT NULL,
    pause_reason varchar(14),
    salt varchar(32) NOT NULL,
    earlier_salt varchar(32) NOT NULL,
    earlier_until timestamptz,
    failures integer NOT NULL,
    failing_since timestamptz,
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT webhook_paused_for_a_reason CHECK ((state = 'PAUSED') = (pause_reason IS NOT NULL)),
    CONSTRAINT webhook_fails_since CHECK ((failures = 0) = (failing_since IS NULL)),
    CONSTRAINT webhook_has_stores CHECK (jsonb_array_length(store_ids) > 0)
);

CREATE TABLE webhook_delivery (
    id bigserial PRIMARY KEY,
    webhook_id bigint NOT NULL REFERENCES webhook(id),
    event_name varchar(60) NOT NULL,
    subject varchar(40) NOT NULL,
    customer_id bigint REFERENCES customer(id),
    payload jsonb NOT NULL,
    state varchar(10) NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    version integer NOT NULL,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT webhook_delivery_ended CHECK ((state = 'PENDING') = (ended_at IS NULL))
);
CREATE INDEX idx_webhook_delivery_subject ON webhook_delivery (webhook_id, subject, id);
CREATE INDEX idx_webhook_delivery_customer ON webhook_delivery (customer_id);
CREATE INDEX webhook_delivery_owed ON webhook_delivery (webhook_id) WHERE state = 'PENDING';

CREATE TABLE webhook_try (
    id bigserial PRIMARY KEY,
    delivery_id bigint NOT NULL REFERENCES webhook_delivery(id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    outcome varchar(10) NOT NULL,
    status integer,
    detail varchar(20) NOT NULL,
    milliseconds integer NOT NULL,
    CONSTRAINT webhook_try_answer CHECK ((status IS NOT NULL) = (outcome IN ('ACCEPTED', 'STATUS')))
);
CREATE INDEX idx_webhook_try_delivery ON webhook_try (delivery_id, id);
