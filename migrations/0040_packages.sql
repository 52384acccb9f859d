-- 套餐: several jobs at one price. What was booked or estimated as part of one keeps its share, and says which one it was.
CREATE TABLE service_package (
    id bigserial PRIMARY KEY,
    name varchar(20) NOT NULL,
    price_fen bigint NOT NULL,
    series varchar(20) NOT NULL DEFAULT '',
    store_id bigint REFERENCES store(id),
    valid_from date,
    valid_until date,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT service_package_is_a_price CHECK (price_fen >= 0),
    CONSTRAINT service_package_days CHECK (valid_from <= valid_until)
);
CREATE UNIQUE INDEX uid_service_package ON service_package (name, series, store_id, valid_from) NULLS NOT DISTINCT;

CREATE TABLE service_package_item (
    id bigserial PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES service_package(id),
    item_id bigint NOT NULL REFERENCES service_item(id),
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT service_package_item_once UNIQUE (package_id, item_id)
);
CREATE INDEX idx_service_package_item ON service_package_item (item_id);

ALTER TABLE appointment_item ADD COLUMN package_id bigint REFERENCES service_package(id);
CREATE INDEX idx_appointment_item_package ON appointment_item (package_id);
ALTER TABLE repair_line ADD COLUMN package_id bigint REFERENCES service_package(id);
CREATE INDEX idx_repair_line_package ON repair_line (package_id);
