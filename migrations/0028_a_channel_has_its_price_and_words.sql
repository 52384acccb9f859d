-- What reaching one person costs is a rule of the channel, and "no friend" was what only WeCom calls somebody whom a channel
-- does not reach. The history of rules is append-only for whoever runs the product; here it moves as a whole.
ALTER TABLE policy_change DISABLE TRIGGER policy_change_append_only;
UPDATE policy_change SET policy = 'wecom_mass' WHERE policy = 'broadcasts' AND field = 'reach_fen';
ALTER TABLE policy_change ENABLE TRIGGER policy_change_append_only;
UPDATE broadcast_recipient SET state = 'UNREACHED' WHERE state = 'NOT_FRIEND';
UPDATE broadcast_recipient SET reason = 'UNREACHED' WHERE reason = 'NOT_FRIEND';
