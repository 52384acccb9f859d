-- 三包计数: what a repair by the maker counts as, and of which limits the managers were told.
ALTER TABLE service_item ADD COLUMN fault_kind varchar(8) NOT NULL DEFAULT 'ORDINARY';
ALTER TABLE service_item ADD COLUMN has_ordered_part boolean NOT NULL DEFAULT false;

CREATE TABLE three_guarantees_alert (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    store_id bigint NOT NULL REFERENCES store(id),
    repair_order_id bigint REFERENCES repair_order(id),
    counted varchar(12) NOT NULL,
    level varchar(8) NOT NULL,
    used integer NOT NULL,
    at timestamptz NOT NULL
);
-- Each limit is told of once: of one repair where its length is counted, else of the car.
CREATE INDEX three_guarantees_alert_of_vehicle ON three_guarantees_alert (vehicle_id);
CREATE UNIQUE INDEX three_guarantees_alert_once ON three_guarantees_alert (vehicle_id, counted, level)
    WHERE repair_order_id IS NULL;
CREATE UNIQUE INDEX three_guarantees_alert_once_per_repair ON three_guarantees_alert (repair_order_id, counted, level)
    WHERE repair_order_id IS NOT NULL;
