-- A broadcast goes by one channel for mass messages, and its recipients have an address there. Which channels there are is
-- not in the database; until now there was one.
ALTER TABLE broadcast ADD COLUMN channel varchar(20) NOT NULL DEFAULT 'WECOM_MASS';
ALTER TABLE broadcast_recipient RENAME COLUMN external_userid TO address;
