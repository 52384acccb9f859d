-- 单据: what a workshop prints and signs, frozen when it is issued, and the PDF files of it.
CREATE TABLE document (
    id bigserial PRIMARY KEY,
    kind varchar(2) NOT NULL,
    number varchar(32) NOT NULL,
    edition int NOT NULL,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    about varchar(40) NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    paper jsonb NOT NULL,
    basis varchar(16) NOT NULL,
    issued_at timestamptz NOT NULL,
    issued_by varchar(80) NOT NULL,
    prints int NOT NULL,
    CONSTRAINT document_one_edition UNIQUE (number, edition),
    CONSTRAINT document_one_basis UNIQUE (number, basis),
    CONSTRAINT document_edition CHECK (edition > 0),
    CONSTRAINT document_prints CHECK (prints >= 0)
);
CREATE INDEX document_of_order ON document (repair_order_id);
CREATE INDEX document_of_customer ON document (customer_id);

CREATE TABLE document_file (
    id bigserial PRIMARY KEY,
    document_id bigint NOT NULL REFERENCES document(id) ON DELETE CASCADE,
    copy_no int NOT NULL,
    mark varchar(80) NOT NULL,
    state varchar(8) NOT NULL,
    asked_at timestamptz NOT NULL,
    ready_at timestamptz,
    sha256 varchar(64) NOT NULL,
    size_bytes int NOT NULL,
    pages int NOT NULL,
    next_try_at timestamptz,
    tries int NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT document_file_one_copy UNIQUE (document_id, copy_no),
    CONSTRAINT document_file_whole
        CHECK ((state = 'QUEUED') = (ready_at IS NULL) AND (ready_at IS NULL) = (sha256 = '')),
    CONSTRAINT document_file_reprint_is_marked CHECK ((copy_no = 0) = (mark = ''))
);
CREATE INDEX document_file_open ON document_file (state, asked_at);

-- What was issued stays as it was printed. It may only be emptied, when its period is over.
CREATE FUNCTION document_stays() RETURNS trigger AS $$
BEGIN
    IF (NEW.kind, NEW.number, NEW.edition, NEW.repair_order_id, NEW.about, NEW.store_id, NEW.basis, NEW.issued_at)
            IS DISTINCT FROM
       (OLD.kind, OLD.number, OLD.edition, OLD.repair_order_id, OLD.about, OLD.store_id, OLD.basis, OLD.issued_at)
       OR (NEW.paper IS DISTINCT FROM OLD.paper AND NEW.paper <> '{}'::jsonb)
       OR NEW.prints < OLD.prints
    THEN
        RAISE EXCEPTION 'document % is issued and stays', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER document_stays BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION document_stays();
