-- 付款码 pays ahead, too: what it is for, from the scan until WeChat Pay has said whether it was paid.
CREATE TABLE deposit_charge (
    id bigserial PRIMARY KEY,
    -- One payment pays into one deposit; that it is credited once is held by deposit_movement_once.
    payment_id bigint NOT NULL UNIQUE REFERENCES payment(id),
    deposit_id bigint NOT NULL REFERENCES deposit(id),
    about varchar(40) NOT NULL,
    about_number varchar(40) NOT NULL,
    by_id bigint NOT NULL REFERENCES staff(id)
);
CREATE INDEX deposit_charge_of ON deposit_charge (deposit_id);
