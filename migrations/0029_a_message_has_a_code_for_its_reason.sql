-- Programs ask about a code; the sentence beside it is for people and may be worded anew.
ALTER TABLE message ADD COLUMN reason_code varchar(20) NOT NULL DEFAULT '';
UPDATE message SET reason_code = 'NO_ALLOWANCE' WHERE reason = '没有可用的订阅次数';
