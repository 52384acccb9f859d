-- SMS: the templates the platform reviews, one row for each message sent, what people answer, numbers that get none.
CREATE TABLE sms_template (
    id bigserial PRIMARY KEY,
    message varchar(40) NOT NULL,
    content varchar(500) NOT NULL,
    state varchar(10) NOT NULL,
    platform_id varchar(32) NOT NULL DEFAULT '',
    refusal varchar(200) NOT NULL DEFAULT '',
    wanted_at timestamptz NOT NULL,
    asked_at timestamptz,
    decided_at timestamptz,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT sms_template_once UNIQUE (message, content),
    CONSTRAINT sms_template_has_its_number CHECK ((platform_id = '') = (state IN ('WANTED', 'ASKED'))),
    CONSTRAINT sms_template_refusal_has_words CHECK ((state = 'REFUSED') = (refusal <> ''))
);
CREATE UNIQUE INDEX sms_template_platform_id ON sms_template (platform_id) WHERE platform_id <> '';

CREATE TABLE sms (
    id bigserial PRIMARY KEY,
    message_id bigint NOT NULL REFERENCES message(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    template_id bigint NOT NULL REFERENCES sms_template(id),
    phone varchar(20) NOT NULL,
    state varchar(8) NOT NULL,
    serial varchar(64) NOT NULL DEFAULT '',
    segments integer NOT NULL DEFAULT 0,
    carrier_code varchar(40) NOT NULL DEFAULT '',
    called_at timestamptz NOT NULL,
    reported_at timestamptz,
    CONSTRAINT sms_segments_not_below_zero CHECK (segments >= 0),
    CONSTRAINT sms_ended_when_reported CHECK ((state IN ('REACHED', 'FAILED')) = (reported_at IS NOT NULL))
);
CREATE INDEX ON sms (customer_id);
CREATE INDEX ON sms (message_id);
CREATE INDEX ON sms (template_id);
CREATE INDEX ON sms (phone);
-- A report names an SMS by it.
CREATE UNIQUE INDEX sms_serial ON sms (serial) WHERE serial <> '';

CREATE TABLE sms_reply (
    id bigserial PRIMARY KEY,
    phone varchar(20) NOT NULL,
    text varchar(500) NOT NULL,
    is_opt_out boolean NOT NULL,
    replied_at timestamptz NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT sms_reply_once UNIQUE (phone, replied_at, text)
);

CREATE TABLE sms_block (
    id bigserial PRIMARY KEY,
    phone varchar(20) NOT NULL UNIQUE,
    why varchar(60) NOT NULL,
    since timestamptz NOT NULL
);
