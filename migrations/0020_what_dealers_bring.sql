-- Data dealers bring: imports with their journal, what other programs call things, orders that were closed there.

ALTER TABLE customer ADD COLUMN is_company boolean NOT NULL DEFAULT false;
ALTER TABLE customer ADD COLUMN gender varchar(8) NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN remark varchar(500) NOT NULL DEFAULT '';
DROP INDEX identity_one_person;
-- Families and offices share a number; every other identity names exactly one person.
CREATE UNIQUE INDEX identity_one_person ON identity (kind, value) WHERE kind NOT IN ('PHONE', 'LANDLINE');

ALTER TABLE vehicle ADD COLUMN model_text varchar(40) NOT NULL DEFAULT '';
ALTER TABLE odometer_reading ADD COLUMN is_doubted boolean NOT NULL DEFAULT false;
ALTER TABLE service_visit ALTER COLUMN km DROP NOT NULL;
ALTER TABLE service_visit ADD COLUMN past_order_id bigint UNIQUE;

-- Other programs' names are longer than ours were.
ALTER TABLE service_item ALTER COLUMN name TYPE varchar(40);
ALTER TABLE appointment_item ALTER COLUMN name TYPE varchar(40);
ALTER TABLE repair_line ALTER COLUMN name TYPE varchar(40);
ALTER TABLE declined_work ALTER COLUMN name TYPE varchar(40);
ALTER TABLE bill_line ALTER COLUMN name TYPE varchar(40);
ALTER TABLE part ALTER COLUMN number TYPE varchar(40);
ALTER TABLE part ALTER COLUMN name TYPE varchar(60);

CREATE TABLE past_order (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    key varchar(72) NOT NULL,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    customer_id bigint REFERENCES customer(id),
    opened_on date NOT NULL,
    settled_on date,
    km integer,
    kind varchar(40) NOT NULL,
    complaint varchar(300) NOT NULL,
    labour_fen bigint NOT NULL,
    parts_fen bigint NOT NULL,
    discount_fen bigint NOT NULL,
    paid_fen bigint NOT NULL,
    advisor_id bigint REFERENCES staff(id),
    advisor_name varchar(40) NOT NULL,
    content varchar(64) NOT NULL,
    file_row integer NOT NULL,
    imported_by bigint REFERENCES staff(id),
    imported_at timestamptz NOT NULL,
    CONSTRAINT past_order_amounts CHECK (labour_fen >= 0 AND parts_fen >= 0 AND discount_fen >= 0 AND paid_fen >= 0),
    CONSTRAINT past_order_km CHECK (km BETWEEN 0 AND 999999),
    CONSTRAINT past_order_once UNIQUE (store_id, key)
);
CREATE INDEX idx_past_order_vehicle ON past_order (vehicle_id, opened_on);
CREATE INDEX idx_past_order_customer ON past_order (customer_id);

CREATE TABLE past_line (
    id bigserial PRIMARY KEY,
    past_order_id bigint NOT NULL REFERENCES past_order(id) ON DELETE CASCADE,
    line_key varchar(20) NOT NULL,
    is_part boolean NOT NULL,
    name varchar(120) NOT NULL,
    part_number varchar(40) NOT NULL,
    quantity numeric(10, 2) NOT NULL,
    amount_fen bigint NOT NULL,
    payer varchar(2) NOT NULL,
    technician_name varchar(40) NOT NULL,
    content varchar(64) NOT NULL,
    CONSTRAINT past_line_amount CHECK (amount_fen >= 0),
    CONSTRAINT past_line_once UNIQUE (past_order_id, line_key)
);

CREATE TABLE import_job (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    by_id bigint NOT NULL REFERENCES staff(id),
    file_name varchar(120) NOT NULL,
    sha256 varchar(64) NOT NULL,
    size_bytes bigint NOT NULL,
    source_system varchar(20) NOT NULL,
    accepts_unchecked_vins boolean NOT NULL,
    state varchar(10) NOT NULL,
    refusal varchar(40) NOT NULL,
    sheets jsonb NOT NULL,
    value_maps jsonb NOT NULL,
    step integer NOT NULL,
    "row" integer NOT NULL,
    counts jsonb NOT NULL,
    records jsonb NOT NULL,
    tried_counts jsonb NOT NULL,
    blockers jsonb NOT NULL,
    uploaded_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    undone_at timestamptz,
    file_until timestamptz NOT NULL,
    version integer NOT NULL,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT import_job_ended CHECK (state NOT IN ('DONE', 'UNDONE') OR ended_at IS NOT NULL),
    CONSTRAINT import_job_place CHECK (step >= 0 AND "row" >= 0),
    CONSTRAINT import_job_refused_for_a_reason CHECK ((state = 'REFUSED') = (refusal <> ''))
);
CREATE INDEX idx_import_job_store ON import_job (store_id, uploaded_at);
CREATE INDEX idx_import_job_sha256 ON import_job (sha256);

CREATE TABLE import_chunk (
    id bigserial PRIMARY KEY,
    import_job_id bigint NOT NULL REFERENCES import_job(id) ON DELETE CASCADE,
    step integer NOT NULL,
    "row" integer NOT NULL,
    made jsonb NOT NULL,
    changed jsonb NOT NULL,
    CONSTRAINT import_chunk_once UNIQUE (import_job_id, step, "row")
);

CREATE TABLE import_remark (
    id bigserial PRIMARY KEY,
    import_job_id bigint NOT NULL REFERENCES import_job(id) ON DELETE CASCADE,
    sheet integer NOT NULL,
    "row" integer NOT NULL,
    result varchar(8) NOT NULL,
    codes jsonb NOT NULL,
    proposals jsonb NOT NULL,
    key varchar(60) NOT NULL,
    CONSTRAINT import_remark_once UNIQUE (import_job_id, sheet, "row")
);
CREATE INDEX idx_import_remark_result ON import_remark (import_job_id, result);

CREATE TABLE import_layout (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    headers_hash varchar(64) NOT NULL,
    entity varchar(20) NOT NULL,
    fields_by_header jsonb NOT NULL,
    CONSTRAINT uid_import_layout_store_headers UNIQUE (store_id, headers_hash)
);

CREATE TABLE foreign_number (
    id bigserial PRIMARY KEY,
    kind varchar(20) NOT NULL,
    source_system varchar(20) NOT NULL,
    number varchar(120) NOT NULL,
    content varchar(64) NOT NULL,
    about varchar(40) NOT NULL,
    CONSTRAINT uid_foreign_number_kind_source UNIQUE (kind, source_system, number)
);
