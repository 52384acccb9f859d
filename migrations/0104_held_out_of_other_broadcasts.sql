-- Whoever is in the control group of one broadcast is left alone by the others; asked for each preview.
CREATE INDEX broadcast_recipient_held_out ON broadcast_recipient (broadcast_id, customer_id) WHERE cohort = 'CONTROL';
