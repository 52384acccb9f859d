-- Invoices are ordered at a service, and taken back by red ones.
ALTER TABLE invoice_request ADD COLUMN next_try_at timestamptz;
ALTER TABLE invoice_request ADD COLUMN tries integer NOT NULL DEFAULT 0;
ALTER TABLE invoice_request ADD COLUMN trouble varchar(60) NOT NULL DEFAULT '';
ALTER TABLE invoice_request ADD COLUMN serial varchar(40) NOT NULL DEFAULT '';
ALTER TABLE invoice_request ADD COLUMN ordered_at timestamptz;
ALTER TABLE invoice_request ADD COLUMN tax_percent integer;
ALTER TABLE invoice_request ADD COLUMN service_said varchar(120) NOT NULL DEFAULT '';
ALTER TABLE invoice_request ADD COLUMN red_reason varchar(2);
ALTER TABLE invoice_request ADD COLUMN red_number varchar(20) NOT NULL DEFAULT '';
ALTER TABLE invoice_request ADD COLUMN red_at timestamptz;

-- old code: knows none of the new states and writes the rows it always wrote, which still fit.
DROP INDEX invoice_request_one_live_per_bill;
CREATE UNIQUE INDEX invoice_request_one_live_per_bill ON invoice_request (bill_id)
    WHERE state IN ('REQUESTED', 'ISSUING', 'ISSUED', 'REDDENING');
ALTER TABLE invoice_request DROP CONSTRAINT invoice_request_issued_has_number;
ALTER TABLE invoice_request ADD CONSTRAINT invoice_request_issued_has_number
    CHECK ((state IN ('ISSUED', 'REDDENING', 'RED')) = (number <> ''));
ALTER TABLE invoice_request DROP CONSTRAINT invoice_request_ended;
ALTER TABLE invoice_request ADD CONSTRAINT invoice_request_ended
    CHECK ((state IN ('REQUESTED', 'ISSUING')) = (ended_at IS NULL));
ALTER TABLE invoice_request DROP CONSTRAINT invoice_request_handled_by_somebody;
ALTER TABLE invoice_request ADD CONSTRAINT invoice_request_handled_by_somebody
    CHECK (state IN ('REQUESTED', 'WITHDRAWN') OR handled_by_id IS NOT NULL);
ALTER TABLE invoice_request ADD CONSTRAINT invoice_request_ordered
    CHECK (state NOT IN ('ISSUING', 'REDDENING') OR (serial <> '' AND ordered_at IS NOT NULL));
ALTER TABLE invoice_request ADD CONSTRAINT invoice_request_red
    CHECK ((state = 'RED') = (red_number <> '') AND (state = 'RED') = (red_at IS NOT NULL)
        AND (state NOT IN ('REDDENING', 'RED') OR red_reason IS NOT NULL));
CREATE UNIQUE INDEX invoice_request_red_number_once ON invoice_request (red_number) WHERE red_number <> '';
CREATE INDEX invoice_request_at_the_service ON invoice_request (ordered_at) WHERE state IN ('ISSUING', 'REDDENING');
