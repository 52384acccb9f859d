-- Other programs: their keys, what they call rows of ours, and the cars a store has in stock.
CREATE TABLE api_key (
    id bigserial PRIMARY KEY,
    name varchar(40) NOT NULL,
    source_system varchar(20) NOT NULL,
    store_ids jsonb NOT NULL,
    scopes jsonb NOT NULL,
    calls_per_minute integer NOT NULL,
    secret_hash varchar(64) NOT NULL UNIQUE,
    hint varchar(4) NOT NULL,
    earlier_hash varchar(64) UNIQUE,
    earlier_until timestamptz,
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    last_used_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT api_key_calls CHECK (calls_per_minute BETWEEN 1 AND 1200),
    CONSTRAINT api_key_has_stores CHECK (jsonb_array_length(store_ids) > 0),
    CONSTRAINT api_key_has_scopes CHECK (jsonb_array_length(scopes) > 0),
    CONSTRAINT api_key_earlier_ends CHECK ((earlier_hash IS NULL) = (earlier_until IS NULL))
);

CREATE TABLE external_record (
    id bigserial PRIMARY KEY,
    source_system varchar(20) NOT NULL,
    kind varchar(10) NOT NULL,
    external_id varchar(40) NOT NULL,
    customer_id bigint REFERENCES customer(id),
    vehicle_id bigint REFERENCES vehicle(id),
    past_order_id bigint REFERENCES past_order(id),
    marks jsonb NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT external_record_names_one CHECK (num_nonnulls(customer_id, vehicle_id, past_order_id) = 1),
    CONSTRAINT uid_external_record_number UNIQUE (source_system, kind, external_id)
);
CREATE INDEX idx_external_record_customer ON external_record (customer_id);
CREATE INDEX idx_external_record_vehicle ON external_record (vehicle_id);

CREATE TABLE stock_car (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    store_id bigint NOT NULL REFERENCES store(id),
    colour varchar(20) NOT NULL,
    arrived_on date NOT NULL,
    left_on date,
    CONSTRAINT stock_car_leaves_after_arriving CHECK (left_on >= arrived_on)
);
CREATE UNIQUE INDEX stock_car_one_live ON stock_car (vehicle_id) WHERE left_on IS NULL;
CREATE INDEX idx_stock_car_store ON stock_car (store_id) WHERE left_on IS NULL;
