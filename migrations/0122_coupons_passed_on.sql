-- An owner may pass a coupon on to a friend, once, where its template says so.
ALTER TABLE coupon_template ADD COLUMN is_transferable boolean NOT NULL DEFAULT false;
ALTER TABLE coupon ADD COLUMN given_by_id bigint REFERENCES customer(id);
ALTER TABLE coupon ADD COLUMN pass_hash varchar(64) NOT NULL DEFAULT '';
ALTER TABLE coupon ADD COLUMN pass_until timestamptz;
ALTER TABLE coupon ADD CONSTRAINT coupon_pass_has_an_end CHECK ((pass_hash = '') = (pass_until IS NULL));
-- Who passed one on has had it: it counts against their limit.
CREATE INDEX ON coupon (given_by_id);
CREATE UNIQUE INDEX coupon_pass_once ON coupon (pass_hash) WHERE pass_hash <> '';
