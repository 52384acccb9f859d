-- Who asks by phone, at the desk or by letter has no account: an officer writes the request down for them.
ALTER TABLE privacy_request ADD COLUMN recorded_by_id bigint REFERENCES staff(id);
