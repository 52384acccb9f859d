-- Owners name people for a car: family who look, and those who decide up to a sum.
CREATE TABLE authorised_person (
    id bigserial PRIMARY KEY,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    owner_id bigint NOT NULL REFERENCES customer(id),
    customer_id bigint REFERENCES customer(id),
    name varchar(20) NOT NULL,
    phone varchar(16) NOT NULL,
    limit_fen bigint NOT NULL,
    until_on date,
    state varchar(10) NOT NULL,
    named_at timestamptz NOT NULL,
    accepted_at timestamptz,
    ended_at timestamptz,
    end_reason varchar(40) NOT NULL,
    binding_id bigint REFERENCES binding(id),
    version int NOT NULL,
    CONSTRAINT authorised_person_limit CHECK (limit_fen BETWEEN 0 AND 100000000),
    CONSTRAINT authorised_person_not_themselves CHECK (customer_id <> owner_id),
    CONSTRAINT authorised_person_phone_kept_form CHECK (phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$'),
    CONSTRAINT authorised_person_accepted_themselves
        CHECK ((state = 'ACTIVE') <= (customer_id IS NOT NULL AND accepted_at IS NOT NULL)),
    CONSTRAINT authorised_person_ended CHECK ((state IN ('DECLINED', 'ENDED')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX authorised_person_named_once ON authorised_person (vehicle_id, phone)
WHERE state IN ('INVITED', 'ACTIVE');
CREATE UNIQUE INDEX authorised_person_one_active ON authorised_person (vehicle_id, customer_id) WHERE state = 'ACTIVE';
CREATE INDEX authorised_person_of_owner ON authorised_person (owner_id, state);
CREATE INDEX authorised_person_of_customer ON authorised_person (customer_id, state);
CREATE INDEX authorised_person_of_phone ON authorised_person (phone, state);

-- A decision of somebody other than an owner names the authority it rests on.
ALTER TABLE repair_line ADD COLUMN decided_under_id bigint REFERENCES authorised_person(id);
ALTER TABLE repair_line ADD CONSTRAINT repair_line_authority_is_own_tap
    CHECK (decided_under_id IS NULL OR decided_how = 'mini_program');
ALTER TABLE estimate ADD COLUMN decided_under_id bigint REFERENCES authorised_person(id);
