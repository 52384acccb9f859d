CREATE TABLE kpi_target (
    id bigserial PRIMARY KEY,
    store_id bigint REFERENCES store(id),
    kpi varchar(12) NOT NULL,
    valid_from date NOT NULL,
    target int NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT kpi_target_amount CHECK (target >= 0),
    CONSTRAINT kpi_target_from_a_month CHECK (extract(day FROM valid_from) = 1)
);
-- A target without a store is every store's, and there is one of these for each beginning, too.
CREATE UNIQUE INDEX kpi_target_once ON kpi_target (store_id, kpi, valid_from) NULLS NOT DISTINCT;

-- Figures are reckoned from the rows of a span: these columns say when a row counts.
CREATE INDEX repair_order_ready ON repair_order (store_id, ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX repair_order_comes_back ON repair_order (origin_repair_order_id) WHERE origin_repair_order_id IS NOT NULL;
CREATE INDEX repair_line_finished ON repair_line (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX time_entry_started ON time_entry (started_at);
CREATE INDEX additional_work_found ON additional_work (found_at);
CREATE INDEX repair_line_of_additional_work ON repair_line (additional_work_id) WHERE additional_work_id IS NOT NULL;
CREATE INDEX complaint_of_store_opened ON complaint (store_id, opened_at);
