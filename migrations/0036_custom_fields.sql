-- What stores note beyond what everybody notes: fields, and their values by type, so that they can be asked about.
CREATE TABLE custom_field (
    id bigserial PRIMARY KEY,
    store_id bigint REFERENCES store(id),
    about varchar(10) NOT NULL,
    code varchar(30) NOT NULL,
    name varchar(20) NOT NULL,
    kind varchar(8) NOT NULL,
    options varchar(400) NOT NULL,
    hint varchar(60) NOT NULL,
    is_personal boolean NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT custom_field_code UNIQUE (about, code),
    CONSTRAINT custom_field_code_form CHECK (code ~ '^[a-z][a-z0-9_]{0,29}$'),
    CONSTRAINT custom_field_options CHECK ((kind = 'CHOICE') = (options <> ''))
);

CREATE TABLE custom_value (
    id bigserial PRIMARY KEY,
    field_id bigint NOT NULL REFERENCES custom_field(id),
    customer_id bigint REFERENCES customer(id),
    vehicle_id bigint REFERENCES vehicle(id),
    text_value varchar(200),
    number_value numeric(14, 2),
    day_value date,
    yes_value boolean,
    set_at timestamptz NOT NULL,
    set_by varchar(80) NOT NULL,
    CONSTRAINT custom_value_about_one CHECK (num_nonnulls(customer_id, vehicle_id) = 1),
    CONSTRAINT custom_value_is_one CHECK (num_nonnulls(text_value, number_value, day_value, yes_value) = 1),
    CONSTRAINT custom_value_of_customer UNIQUE (field_id, customer_id),
    CONSTRAINT custom_value_of_vehicle UNIQUE (field_id, vehicle_id)
);
CREATE INDEX idx_custom_value_text ON custom_value (field_id, text_value);
CREATE INDEX idx_custom_value_number ON custom_value (field_id, number_value);
CREATE INDEX idx_custom_value_day ON custom_value (field_id, day_value);
CREATE INDEX idx_custom_value_customer ON custom_value (customer_id);
CREATE INDEX idx_custom_value_vehicle ON custom_value (vehicle_id);
