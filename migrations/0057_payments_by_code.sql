-- 付款码: the desk scans the code on the payer's phone. WeChat Pay sends no notice, so such an order is asked about until
-- it is decided, and reversed if it is not decided in time.
ALTER TABLE payment
    -- From here on money that the platform shows for the order does not count, since our reversal gives it back.
    ADD COLUMN reversing_since timestamptz,
    ADD COLUMN failed_with varchar(40) NOT NULL DEFAULT '';
ALTER TABLE payment ADD CONSTRAINT payment_reversed_is_not_paid
    CHECK (reversing_since IS NULL OR (method = 'WECHAT_CODE' AND state <> 'SUCCESS'));
